using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Streaming;
using PipelineAspire.StatusStream.Streaming.Compression;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming.Compression;

public sealed class SnapshotChunksTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly SnapshotChunks _chunks;
    private int _itemsWritten;

    public SnapshotChunksTests() => _chunks = Chunks(StreamCompression.Snapshot);

    [Fact]
    public void EqualListsShareOneBlock()
    {
        var records = Of(100);
        var first = _chunks.Get(records, 0);

        Assert.Same(first.Block, _chunks.Get([.. records], 0).Block);
        Assert.Equal(100, _itemsWritten);
    }

    [Fact]
    public void AnotherOrderAnotherStatusAndAnotherEpochAreOtherLists()
    {
        var records = Of(100);
        var first = _chunks.Get(records, 0);
        var epoch = records.Select(record => record.At(new StatusVersion(1, record.Version.Sequence))).ToArray();

        Assert.NotSame(first, _chunks.Get([.. records.Reverse()], 0));
        Assert.NotSame(first, _chunks.Get([.. records[..99], Records.Fine("pipeline-99", PipelineStatus.Paused, 100)], 0));
        Assert.NotSame(first, _chunks.Get(records[..99], 0));
        Assert.NotSame(first, _chunks.Get(epoch, 0)); // of the same hash
    }

    [Fact]
    public void AChunkHasFiveHundredItemsAtMost()
    {
        var records = Of(1201);

        Assert.Equal([500, 500, 201], CountsOf(records));
    }

    [Fact]
    public void AChunkHas32KilobytesAtMost()
    {
        var rest = new string('x', PipelineId.MaxLength - 4);
        var records = Enumerable.Range(0, 500).Select(i => Records.Fine($"{i:d4}{rest}", PipelineStatus.Terminating, i)).ToArray();
        var counts = CountsOf(records);

        Assert.Equal(3, counts.Count);
        Assert.Equal(500, counts.Sum());
        Assert.InRange(_chunks.Get(records, 0).Plain.Length, SnapshotChunks.MostBytes * 9 / 10, SnapshotChunks.MostBytes);
    }

    [Theory]
    [InlineData(StreamCompression.Snapshot, 15, false)]
    [InlineData(StreamCompression.Snapshot, 25, true)]
    [InlineData(StreamCompression.All, 2, false)]
    [InlineData(StreamCompression.All, 15, true)]
    public void WhatIsShortIsStoredAndNotKept(StreamCompression compression, int items, bool isCompressed)
    {
        using var chunks = Chunks(compression);
        var chunk = chunks.Get(Of(items), 0);

        Assert.Equal(isCompressed, chunk.Block.Length < chunk.Plain.Length);
        Assert.Equal(isCompressed ? 1 : 0, chunks.Kept);
    }

    [Fact]
    public void WhatNobodyAsksForIsForgottenAfterSomeSeconds()
    {
        var (asked, unasked) = (Of(100), Of(101));
        var block = _chunks.Get(asked, 0);
        _chunks.Get(unasked, 0);
        for (var time = 0; time < 10; time++)
        {
            _clock.Advance(SnapshotChunks.KeptFor);
            Assert.Same(block, _chunks.Get(asked, 0));
        }

        Assert.Equal(1, _chunks.Kept);
        _clock.Advance(SnapshotChunks.KeptFor);
        _clock.Advance(SnapshotChunks.KeptFor);
        Assert.Equal(0, _chunks.Kept);
    }

    [Fact]
    public void NoMoreIsKeptThanThereIsRoomFor()
    {
        for (var list = 0; list < 1000; list++) _chunks.Get(Of(500, list), 0);

        Assert.InRange(_chunks.Kept, 50, SnapshotChunks.Capacity / _chunks.Get(Of(500), 0).Plain.Length);
    }

    [Fact]
    public void ARecordIsCompressedOncePerVariant()
    {
        var record = Records.Fine("a", PipelineStatus.Active, 1);
        var compressions = 0;
        byte[] Compress(byte[] plain)
        {
            compressions++;
            return [.. plain, 0];
        }

        Assert.Same(record.Compressed(1, Encode, Compress), record.Compressed(1, Encode, Compress));
        Assert.Equal([2, 0], record.Compressed(2, Encode, Compress));
        Assert.Equal(2, compressions);
        Assert.Equal([2], record.Encoded(2, Encode));
    }

    public void Dispose() => _chunks.Dispose();

    private static byte[] Encode(PipelineRecord record, int variant) => [(byte)variant];

    private static PipelineRecord[] Of(int count, int from = 0) =>
        [.. Enumerable.Range(0, count).Select(i => Records.Fine($"pipeline-{i}", PipelineStatus.Active, from + i + 1))];

    private List<int> CountsOf(PipelineRecord[] records)
    {
        var counts = new List<int>();
        for (var from = 0; from < records.Length; from += counts[^1]) counts.Add(_chunks.Get(records, from).Count);
        return counts;
    }

    private SnapshotChunks Chunks(StreamCompression compression) => new(
        (output, record, isFirst) =>
        {
            _itemsWritten++;
            SseFrames.WriteBatchItem(output, record, isFirst);
        },
        compression,
        _clock);
}
