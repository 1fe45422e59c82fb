using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>
/// The backend's whole answers that polls of this replica ask for: fetched from the backplane once per read of the pipeline, however
/// many ask. One that nobody has asked for in three intervals is dropped.
/// </summary>
internal sealed class DocumentCache(IStatusBackplane backplane, PollCadence cadence, TimeProvider timeProvider)
{
    /// <summary>How many are kept; those above are fetched for each who asks.</summary>
    public const int MaxDocuments = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _droppedAt = timeProvider.GetTimestamp();

    /// <summary>How many are kept now.</summary>
    internal int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    /// <summary>The whole answer of a pipeline's read, or of a later one; null when none is stored.</summary>
    /// <param name="pipelineId">The pipeline.</param>
    /// <param name="readAt">When it was read, as the broadcaster says it.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    public async Task<ReadOnlyMemory<byte>?> FindAsync(string pipelineId, TimeSpan readAt, CancellationToken cancellationToken)
    {
        Task<ReadOnlyMemory<byte>?> fetching;
        lock (_gate)
        {
            DropUnasked();
            var now = timeProvider.GetTimestamp();
            if (_entries.TryGetValue(pipelineId, out var known) && known.ReadAt == readAt && !IsInVain(known.Fetching)) fetching = known.Fetching;
            else fetching = backplane.FindDocumentAsync(pipelineId, CancellationToken.None).AsTask(); // shared: not cancelled with whoever asked first
            if (_entries.Count < MaxDocuments || _entries.ContainsKey(pipelineId)) _entries[pipelineId] = new Entry(readAt, fetching, now);
        }

        return await fetching.WaitAsync(cancellationToken);
    }

    /// <summary>What is not there yet is looked for anew.</summary>
    private static bool IsInVain(Task<ReadOnlyMemory<byte>?> fetching) =>
        fetching.IsCompleted && !(fetching.IsCompletedSuccessfully && fetching.Result is not null);

    private void DropUnasked()
    {
        if (timeProvider.GetElapsedTime(_droppedAt) < cadence.Interval) return;
        _droppedAt = timeProvider.GetTimestamp();
        foreach (var (pipelineId, entry) in _entries)
        {
            if (timeProvider.GetElapsedTime(entry.AskedAt) >= cadence.RetainFor) _entries.Remove(pipelineId);
        }
    }

    private readonly record struct Entry(TimeSpan ReadAt, Task<ReadOnlyMemory<byte>?> Fetching, long AskedAt);
}
