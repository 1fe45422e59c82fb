using System.Globalization;
using System.Text;

namespace PipelineAspire.StatusStream.Tests.Hosting;

/// <summary>Takes the chunks of HTTP/1.1 apart, read by read, so that nothing is held back.</summary>
internal sealed class ChunkedStream(Stream inner) : Stream
{
    private int _left;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended) return 0;
        if (_left == 0)
        {
            var size = await LineAsync(cancellationToken);
            if (size.Length == 0) return 0;
            _left = int.Parse(size, NumberStyles.HexNumber);
            if (_left == 0)
            {
                _ended = true;
                return 0;
            }
        }

        var read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
        _left -= read;
        if (_left == 0 && read > 0) await LineAsync(cancellationToken);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await inner.ReadAsync(one, cancellationToken) > 0)
        {
            if (one[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }

        return line.ToString();
    }
}
