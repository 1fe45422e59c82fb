using System.Buffers;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Streaming.Compression;

/// <summary>
/// Cuts batches into chunks, and keeps the chunks for the next stream with the same list: after an outage of a server all that
/// looked at one page come back at once. Equal lists are found by the very records they are of.
/// </summary>
internal sealed class SnapshotChunks : IDisposable
{
    /// <summary>The most items that a chunk has.</summary>
    public const int MostItems = 500;

    /// <summary>The most bytes that a chunk has when plain: what a slow client may hold, and all that deflate looks back on.</summary>
    public const int MostBytes = 32 * 1024;

    /// <summary>A chunk that nobody has asked for is kept for one to two of these.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    /// <summary>What is kept at most, in bytes.</summary>
    public const int Capacity = 4 * 1024 * 1024;

    // Shorter ones are not worth a place, nor in mode Snapshot a compressor.
    private const int LeastOfSnapshots = 1024;
    private const int LeastOfEvents = 128;
    private const int LongestItemWithoutId = 48;
    private const int FieldsNameLength = 10;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    private readonly Action<IBufferWriter<byte>, PipelineRecord, bool> _writeItem;
    private readonly bool _withFields;
    private readonly int _leastLength;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private Dictionary<ulong, SnapshotChunk> _recent = [];
    private Dictionary<ulong, SnapshotChunk> _older = [];
    private int _recentSize;

    /// <param name="writeItem">Writes an item; told whether it is the first one.</param>
    /// <param name="compression">What is compressed.</param>
    /// <param name="timeProvider">Says what has not been asked for lately.</param>
    /// <param name="withFields">True when the items have fields.</param>
    public SnapshotChunks(
        Action<IBufferWriter<byte>, PipelineRecord, bool> writeItem, StreamCompression compression, TimeProvider timeProvider, bool withFields = false)
    {
        (_writeItem, _withFields) = (writeItem, withFields);
        _leastLength = compression == StreamCompression.All ? LeastOfEvents : LeastOfSnapshots;
        _timer = timeProvider.CreateTimer(_ => Age(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many chunks are kept.</summary>
    public int Kept
    {
        get
        {
            lock (_gate) return _recent.Count + _older.Count;
        }
    }

    /// <summary>The next chunk of a batch.</summary>
    /// <param name="batch">All of its items.</param>
    /// <param name="from">How many of them were in the chunks before.</param>
    public SnapshotChunk Get(IReadOnlyList<PipelineRecord> batch, int from)
    {
        var (count, hash) = Cut(batch, from);
        if (Find(hash) is { } kept && kept.IsOf(batch, from, count)) return kept;

        // Two streams may both make it the first time; the bytes are the same, so whichever is kept is right.
        var chunk = Make(batch, from, count);
        if (chunk.Plain.Length >= _leastLength) Keep(hash, chunk);
        return chunk;
    }

    public void Dispose() => _timer.Dispose();

    private (int Count, ulong Hash) Cut(IReadOnlyList<PipelineRecord> batch, int from)
    {
        var (count, hash, length) = (0, 0ul, 0);
        while (count < MostItems && from + count < batch.Count)
        {
            var record = batch[from + count];
            length += record.PipelineId.Length + LongestItemWithoutId;
            if (_withFields && record.Fields is { IsEmpty: false } fields) length += FieldsNameLength + fields.MostBytes;
            if (length > MostBytes && count > 0) break;
            hash = (hash * 0x9e3779b97f4a7c15) + (ulong)record.Version.Sequence;
            count++;
        }

        return (count, hash + (ulong)count);
    }

    private SnapshotChunk Make(IReadOnlyList<PipelineRecord> batch, int from, int count)
    {
        var records = new PipelineRecord[count];
        var output = _scratch ??= new ArrayBufferWriter<byte>(MostBytes);
        output.ResetWrittenCount();
        for (var i = 0; i < count; i++)
        {
            records[i] = batch[from + i];
            _writeItem(output, records[i], i == 0);
        }

        var plain = output.WrittenSpan;
        return new SnapshotChunk(records, plain.ToArray(), plain.Length < _leastLength ? DeflateBlock.Store(plain) : DeflateBlock.Compress(plain));
    }

    private SnapshotChunk? Find(ulong hash)
    {
        lock (_gate)
        {
            if (_recent.TryGetValue(hash, out var chunk)) return chunk;
            if (!_older.Remove(hash, out chunk)) return null;
            Add(hash, chunk);
            return chunk;
        }
    }

    private void Keep(ulong hash, SnapshotChunk chunk)
    {
        lock (_gate)
        {
            if (_recent.Count + _older.Count == 0) Arm();
            Add(hash, chunk);
        }
    }

    private void Add(ulong hash, SnapshotChunk chunk)
    {
        if (_recentSize + chunk.Size > Capacity / 2) Turn();
        if (_recent.TryGetValue(hash, out var other)) _recentSize -= other.Size;
        _recent[hash] = chunk;
        _recentSize += chunk.Size;
    }

    /// <summary>What was not asked for since it was recent is forgotten, and what is recent now is next.</summary>
    private void Turn()
    {
        (_recent, _older) = (_older, _recent);
        _recent.Clear();
        _recentSize = 0;
    }

    private void Age()
    {
        lock (_gate)
        {
            Turn();
            if (_older.Count > 0) Arm();
        }
    }

    private void Arm() => _timer.Change(KeptFor, Timeout.InfiniteTimeSpan);
}
