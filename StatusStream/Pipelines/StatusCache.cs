namespace PipelineAspire.StatusStream.Pipelines;

/// <summary>What applying something to the <see cref="StatusCache"/> means for those who watch.</summary>
internal enum CacheEffect
{
    /// <summary>Nothing to tell: the same status in the same condition.</summary>
    Unchanged,

    /// <summary>A status or a condition changed.</summary>
    Changed,
}

/// <summary>
/// This replica's copy of the shared statuses. Not thread-safe: whoever owns it decides what is one act.
/// Times are those of the owner's monotonic clock.
/// </summary>
internal sealed class StatusCache
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The newest version applied.</summary>
    public StatusVersion Version { get; private set; }

    /// <summary>The pipelines that are known.</summary>
    public IReadOnlyCollection<string> PipelineIds => _entries.Keys;

    /// <summary>Every record and when it was last read.</summary>
    public IEnumerable<(PipelineRecord Record, TimeSpan ReadAt)> All() => _entries.Values.Select(entry => (entry.Record, entry.ReadAt));

    /// <summary>The record of a pipeline, or null when none was read yet.</summary>
    public PipelineRecord? Find(string pipelineId) => _entries.GetValueOrDefault(pipelineId)?.Record;

    /// <summary>Takes a newer record; <paramref name="readAt"/> is when its read was over.</summary>
    public CacheEffect Apply(PipelineRecord record, TimeSpan readAt)
    {
        Version = record.Version;
        if (!_entries.TryGetValue(record.PipelineId, out var entry))
        {
            _entries.Add(record.PipelineId, new Entry(record, readAt));
            return CacheEffect.Changed;
        }

        var effect = record.IsVisibleChangeFrom(entry.Record) ? CacheEffect.Changed : CacheEffect.Unchanged;
        if (record.Status == entry.Record.Status) entry.Confirm(record, readAt);
        else _entries[record.PipelineId] = new Entry(record, readAt); // what confirmed the one before says nothing of this one
        return effect;
    }

    /// <summary>Notes that a read found what is known already.</summary>
    public void Confirm(string pipelineId, TimeSpan readAt) => _entries.GetValueOrDefault(pipelineId)?.Confirm(null, readAt);

    /// <summary>Takes the poller's version: the epoch may be a new one that has changed nothing yet.</summary>
    public void Advance(StatusVersion version) => Version = version;

    /// <summary>Forgets a pipeline that nobody watches any more.</summary>
    public void Remove(string pipelineId) => _entries.Remove(pipelineId);

    /// <summary>
    /// The record of a pipeline when what it says was confirmed by a read at or after <paramref name="since"/>;
    /// a pipeline in an episode of errors is as fresh as its last good read.
    /// </summary>
    public PipelineRecord? FindFresh(string pipelineId, TimeSpan since) =>
        _entries.TryGetValue(pipelineId, out var entry) && entry.LastGoodReadAt >= since ? entry.Record : null;

    /// <summary>When a pipeline was last read, good or bad, and when that read was last a good one; null when it was never read.</summary>
    public (TimeSpan ReadAt, TimeSpan GoodReadAt, PipelineCondition Condition)? FindReadTimes(string pipelineId) =>
        _entries.TryGetValue(pipelineId, out var entry) ? (entry.ReadAt, entry.LastGoodReadAt, entry.Record.Condition) : null;

    /// <summary>When the oldest of all pipelines was last read, good or bad; null when there is none.</summary>
    public TimeSpan? OldestRead() => _entries.Count == 0 ? null : _entries.Values.Min(entry => entry.ReadAt);

    private sealed class Entry
    {
        public Entry(PipelineRecord record, TimeSpan readAt)
        {
            Record = record;
            Confirm(record, readAt);
        }

        public PipelineRecord Record { get; private set; }

        public TimeSpan ReadAt { get; private set; } = TimeSpan.MinValue;

        public TimeSpan LastGoodReadAt { get; private set; } = TimeSpan.MinValue;

        public void Confirm(PipelineRecord? record, TimeSpan readAt)
        {
            Record = record ?? Record;
            if (readAt > ReadAt) ReadAt = readAt; // one that arrived late confirms nothing anew
            if (!Record.Condition.IsUnavailable()) LastGoodReadAt = ReadAt;
        }
    }
}
