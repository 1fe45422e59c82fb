using System.IO.Pipelines;
using System.Text;
using PipelineAspire.StatusStream.Streaming;
using PipelineAspire.StatusStream.Streaming.Compression;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming.Compression;

public sealed class GzipWriterTests : IDisposable
{
    private static readonly byte[] First = "first"u8.ToArray();

    private readonly MemoryStream _body = new();
    private readonly SnapshotChunks _snapshots = new(SseFrames.WriteBatchItem, StreamCompression.Snapshot, TimeProvider.System);
    private readonly GzipWriter _writer;

    public GzipWriterTests()
    {
        _body.Write(GzipWriter.Start(First));
        _writer = new GzipWriter(PipeWriter.Create(_body), _snapshots, compressesEvents: true, First);
    }

    [Theory]
    [InlineData(0, 1, 6)]
    [InlineData(5, 0, 0)]
    [InlineData(100, 10, 15)]
    [InlineData(65535, 65535, 65540)]
    [InlineData(65536, 65535, 65540)]
    [InlineData(65536, 65536, 65546)]
    [InlineData(200_000, 3, 8)]
    [InlineData(200_000, 70_000, 70_010)]
    [InlineData(200_000, 200_000, 200_020)]
    public async Task WhatIsWrittenIsStoredHoweverMuchRoomWasAskedForAsync(int sizeHint, int length, int atMost)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        var before = _body.Length;
        for (var time = 0; time < 3; time++)
        {
            var span = _writer.GetSpan(sizeHint);
            Assert.True(span.Length >= sizeHint);
            bytes.CopyTo(span);
            _writer.Advance(length);
        }

        await _writer.FlushAsync();
        Assert.InRange(_body.Length - before, 3 * length, 3 * atMost);

        var plain = await EndAsync();
        Assert.Equal([.. First, .. bytes, .. bytes, .. bytes], plain);
    }

    [Fact]
    public async Task BlocksAndStoredBytesTakeTurnsAsync()
    {
        var plain = Encoding.UTF8.GetBytes(new string('a', 38));
        var block = DeflateBlock.Compress(plain);
        _writer.WriteBlock(plain, block);
        await _writer.WriteAsync("b"u8.ToArray());
        _writer.WriteBlock(plain, block);

        Assert.Equal($"first{new string('a', 38)}b{new string('a', 38)}", Encoding.UTF8.GetString(await EndAsync()));
    }

    [Fact]
    public async Task ItemsComeInPiecesAndEachOnceAsync()
    {
        var random = new Random(1);
        string Id() => string.Concat(Enumerable.Range(0, 100).Select(_ => (char)random.Next('a', 'z')));
        var records = Enumerable.Range(0, 1200).Select(i => Records.Fine(Id(), default, i)).ToArray();
        var expected = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var record in records) SseFrames.WriteBatchItem(expected, record, isFirst: expected.WrittenCount == 0);

        for (var written = 0; written < records.Length; written += _writer.WriteItems(records, written))
        {
            var before = _body.Length;
            await _writer.FlushAsync();
            Assert.InRange(_body.Length - before, 0, 4096 + 6);
        }

        Assert.Equal("first" + Encoding.UTF8.GetString(expected.WrittenSpan), Encoding.UTF8.GetString(await EndAsync()));
    }

    [Fact]
    public async Task AStrictDecoderIsContentOnlyWithTheRightChecksumAsync()
    {
        await EndAsync();
        var body = _body.ToArray();
        body[^8] ^= 1;

        Assert.Throws<InvalidDataException>(() => Gunzip.Whole(body));
    }

    public void Dispose()
    {
        _snapshots.Dispose();
        _body.Dispose();
    }

    private async Task<byte[]> EndAsync()
    {
        _writer.End();
        await _writer.FlushAsync();
        return Gunzip.Whole(_body.ToArray());
    }
}
