using System.IO.Compression;
using System.Text;
using PipelineAspire.StatusStream.Streaming;
using PipelineAspire.StatusStream.Streaming.Compression;

namespace PipelineAspire.StatusStream.Tests.Streaming.Compression;

/// <summary>What a client makes of a compressed body.</summary>
internal sealed class Gunzip : IDisposable
{
    private readonly Arrived _arrived = new();
    private readonly GZipStream _gzip;
    private readonly byte[] _buffer = new byte[256 * 1024];

    /// <summary>The body of a stream has begun.</summary>
    public Gunzip()
    {
        _gzip = new GZipStream(_arrived, CompressionMode.Decompress);
        Assert.Equal("retry: 1000\n\n", Read(GzipWriter.Start(SseFrames.Preamble.Span)));
    }

    /// <summary>True when the decoder has seen the end of the body, and nothing was amiss.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>What can be read of a body as soon as these bytes have arrived.</summary>
    public string Read(ReadOnlySpan<byte> bytes)
    {
        _arrived.Add(bytes);
        var text = new StringBuilder();
        while (_arrived.HasMore)
        {
            var read = _gzip.Read(_buffer);
            text.Append(Encoding.UTF8.GetString(_buffer.AsSpan(0, read)));
        }

        return text.ToString();
    }

    /// <summary>Nothing more arrives: strict decoders are content with a whole member only.</summary>
    public void End()
    {
        _arrived.IsOver = true;
        Assert.Equal(0, _gzip.Read(_buffer));
        IsAtEnd = true;
    }

    /// <summary>All of a body at once.</summary>
    public static byte[] Whole(ReadOnlySpan<byte> body)
    {
        using var gzip = new GZipStream(new MemoryStream(body.ToArray()), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    public void Dispose() => _gzip.Dispose();

    /// <summary>Bytes that came; asked for more than that, the decoder would wait, which is a failure here.</summary>
    private sealed class Arrived : Stream
    {
        private readonly Queue<byte> _bytes = new();

        public bool IsOver { get; set; }

        public bool HasMore => _bytes.Count > 0;

        public void Add(ReadOnlySpan<byte> bytes)
        {
            foreach (var value in bytes) _bytes.Enqueue(value);
        }

        public override int Read(Span<byte> buffer)
        {
            if (!HasMore && !IsOver) throw new InvalidOperationException("What has arrived says nothing by itself: the decoder waits for more.");
            var read = 0;
            while (read < buffer.Length && _bytes.TryDequeue(out buffer[read])) read++;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
