namespace PipelineAspire.StatusStream.Pipelines;

/// <summary>What applying something to the <see cref="StatusCache"/> means for those who watch.</summary>
internal enum CacheEffect
{
    /// <summary>Nothing to tell: the same status in the same condition, with the same fields.</summary>
    Unchanged,

    /// <summary>A status or a condition changed.</summary>
    Changed,

    /// <summary>Fields alone changed: nothing to tell to those who get none.</summary>
    FieldsChanged,
}

/// <summary>A status and the times of its reads, by the cache owner's monotonic clock.</summary>
/// <param name="Record">What is known.</param>
/// <param name="ReadAt">When it was last read, well or not.</param>
/// <param name="GoodReadAt">When it was last read well: a pipeline in an episode of errors is as fresh as that.</param>
/// <param name="Interval">Within what time it is read again.</param>
internal readonly record struct CachedStatus(PipelineRecord Record, TimeSpan ReadAt, TimeSpan GoodReadAt, TimeSpan Interval);

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

    /// <summary>Every record, when it was last read, and within what time it is read again.</summary>
    public IEnumerable<(PipelineRecord Record, TimeSpan ReadAt, TimeSpan Interval)> All() =>
        _entries.Values.Select(entry => (entry.Record, entry.ReadAt, entry.Interval));

    /// <summary>The record of a pipeline, or null when none was read yet.</summary>
    public PipelineRecord? Find(string pipelineId) => _entries.GetValueOrDefault(pipelineId)?.Record;

    /// <summary>Takes a newer record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="readAt">When its read was over.</param>
    /// <param name="interval">Within what time it is read again.</param>
    public CacheEffect Apply(PipelineRecord record, TimeSpan readAt, TimeSpan interval)
    {
        Version = record.Version;
        if (!_entries.TryGetValue(record.PipelineId, out var entry))
        {
            _entries.Add(record.PipelineId, new Entry(record, readAt, interval));
            return CacheEffect.Changed;
        }

        var effect = record.IsVisibleChangeFrom(entry.Record) ? CacheEffect.Changed
            : PipelineFields.AreSame(record.Fields, entry.Record.Fields) ? CacheEffect.Unchanged : CacheEffect.FieldsChanged;
        if (record.Status == entry.Record.Status) entry.Confirm(record, readAt, interval);
        else _entries[record.PipelineId] = new Entry(record, readAt, interval); // what confirmed the one before says nothing of this one
        return effect;
    }

    /// <summary>Notes that a read found what is known already.</summary>
    public void Confirm(string pipelineId, TimeSpan readAt, TimeSpan interval) =>
        _entries.GetValueOrDefault(pipelineId)?.Confirm(null, readAt, interval);

    /// <summary>Takes the poller's version: the epoch may be a new one that has changed nothing yet.</summary>
    public void Advance(StatusVersion version) => Version = version;

    /// <summary>Forgets a pipeline that nobody watches any more.</summary>
    public void Remove(string pipelineId) => _entries.Remove(pipelineId);

    /// <summary>The record of a pipeline with the times of its reads; null when it was never read.</summary>
    public CachedStatus? FindRead(string pipelineId) => _entries.TryGetValue(pipelineId, out var entry)
        ? new CachedStatus(entry.Record, entry.ReadAt, entry.LastGoodReadAt, entry.Interval)
        : null;

    /// <summary>When the oldest of all pipelines was last read, good or bad; null when there is none.</summary>
    public TimeSpan? OldestRead() => _entries.Count == 0 ? null : _entries.Values.Min(entry => entry.ReadAt);

    private sealed class Entry
    {
        public Entry(PipelineRecord record, TimeSpan readAt, TimeSpan interval)
        {
            Record = record;
            Confirm(record, readAt, interval);
        }

        public PipelineRecord Record { get; private set; }

        public TimeSpan ReadAt { get; private set; } = TimeSpan.MinValue;

        public TimeSpan LastGoodReadAt { get; private set; } = TimeSpan.MinValue;

        public TimeSpan Interval { get; private set; }

        public void Confirm(PipelineRecord? record, TimeSpan readAt, TimeSpan interval)
        {
            Record = record ?? Record;
            if (readAt > ReadAt) (ReadAt, Interval) = (readAt, interval); // one that arrived late confirms nothing anew
            if (!Record.Condition.IsUnavailable()) LastGoodReadAt = ReadAt;
        }
    }
}
