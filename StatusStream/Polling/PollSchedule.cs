namespace PipelineAspire.StatusStream.Polling;

/// <summary>
/// Decides which pipeline is read when. Pure: it is told the time and never waits. Reads of all pipelines are spread
/// over the interval, each pipeline once per interval at its own phase; a pipeline that is new is read at once. Reads
/// of one pipeline never overlap. All times are offsets from one origin.
/// </summary>
/// <param name="interval">How often each pipeline is read.</param>
/// <param name="maxConcurrentReads">How many reads may be under way; one older than an interval does not count.</param>
internal sealed class PollSchedule(TimeSpan interval, int maxConcurrentReads)
{
    /// <summary>Requests to look now are honoured at most this often for one pipeline.</summary>
    public static readonly TimeSpan RefreshGap = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest that a backend's Retry-After is honoured.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(60);

    /// <summary>Superseded plans per pipeline that are borne with before they are swept out.</summary>
    private const int PlansPerPipeline = 4;

    private const double GoldenRatio = 0.6180339887498949;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(Entry Entry, TimeSpan Due), TimeSpan> _queue = new();
    private readonly Queue<(Entry Entry, TimeSpan Started)> _slotHolders = new();
    private int _underWay;
    private long _phases;
    private TimeSpan _nextExpiry = TimeSpan.MaxValue;

    /// <summary>The pipelines on the schedule.</summary>
    public IReadOnlyCollection<string> PipelineIds => _entries.Keys;

    /// <summary>How many plans are kept, superseded ones included.</summary>
    internal int PlannedReads => _queue.Count;

    /// <summary>Puts a pipeline on the schedule, due at once, or keeps it there.</summary>
    /// <param name="pipelineId">The pipeline.</param>
    /// <param name="now">The time.</param>
    /// <param name="until">When to drop it again; null for as long as it is watched.</param>
    /// <param name="due">When to read a new one first, if not at once.</param>
    public void Watch(string pipelineId, TimeSpan now, TimeSpan? until = null, TimeSpan? due = null)
    {
        if (until is { } expiry) _nextExpiry = Min(_nextExpiry, expiry);
        if (_entries.TryGetValue(pipelineId, out var entry))
        {
            entry.Until = until;
            return;
        }

        // Golden-ratio steps keep any number of phases evenly apart, whenever their pipelines arrive.
        var phase = (_phases++ * GoldenRatio) % 1.0 * interval;
        entry = new Entry(pipelineId, phase, until);
        _entries.Add(pipelineId, entry);
        Enqueue(entry, due ?? now);
    }

    /// <summary>
    /// Nobody says any more that a pipeline is watched: it stays for as long as was said last, since what was said may have
    /// been lost, and is said again within an interval.
    /// </summary>
    public void Unwatch(string pipelineId, TimeSpan now)
    {
        if (_entries.TryGetValue(pipelineId, out var entry) && entry.Until is null) Watch(pipelineId, now, until: now);
    }

    /// <summary>Reads a pipeline as soon as its pace allows; after the read under way, if there is one: that may be too old.</summary>
    public void Refresh(string pipelineId, TimeSpan now)
    {
        if (!_entries.TryGetValue(pipelineId, out var entry)) return;
        if (entry.IsUnderWay) entry.RefreshAfterRead = true;
        else Enqueue(entry, Min(entry.Due, Soonest(entry, now)));
    }

    /// <summary>Takes the pipelines off the schedule whose time on it is over, and names them; one under way stays until it is read.</summary>
    public IReadOnlyList<string> DropExpired(TimeSpan now)
    {
        if (now < _nextExpiry) return [];
        _nextExpiry = TimeSpan.MaxValue;
        var expired = new List<string>();
        foreach (var entry in _entries.Values)
        {
            if (entry.Until is not { } until) continue;
            if (until > now || entry.IsUnderWay)
            {
                _nextExpiry = Min(_nextExpiry, until);
                continue;
            }

            entry.Dropped = true;
            _entries.Remove(entry.PipelineId);
            expired.Add(entry.PipelineId);
        }

        return expired;
    }

    /// <summary>Takes the next pipeline that is due, if a read may start now.</summary>
    public bool TryTake(TimeSpan now, out string pipelineId)
    {
        pipelineId = "";
        FreeOldSlots(now);
        while (_queue.TryPeek(out var next, out _))
        {
            var entry = next.Entry;
            if (entry.Dropped || entry.IsUnderWay || entry.Due != next.Due)
            {
                _queue.Dequeue(); // superseded by a newer plan
                continue;
            }

            if (entry.Due > now || _underWay >= maxConcurrentReads) return false;
            _queue.Dequeue();
            entry.Start(now);
            _underWay++;
            _slotHolders.Enqueue((entry, now));
            pipelineId = entry.PipelineId;
            return true;
        }

        return false;
    }

    /// <summary>A read is over; plans the next one. False when no such read is under way, so that its reading is void.</summary>
    /// <param name="pipelineId">The pipeline.</param>
    /// <param name="now">The time.</param>
    /// <param name="retryAfter">How long the backend asked to be left alone.</param>
    public bool Complete(string pipelineId, TimeSpan now, TimeSpan? retryAfter = null)
    {
        if (!_entries.TryGetValue(pipelineId, out var entry) || !entry.IsUnderWay) return false;
        if (entry.HoldsSlot) _underWay--;
        entry.Finish();
        entry.NotBefore = retryAfter is { } wait ? now + Min(wait, LongestRetryAfter) : TimeSpan.Zero;
        var due = Max(NextAtPhase(entry, now), entry.NotBefore);
        if (entry.RefreshAfterRead)
        {
            entry.RefreshAfterRead = false;
            due = Min(due, Soonest(entry, now));
        }

        Enqueue(entry, due);
        return true;
    }

    /// <summary>When to ask again: the next due time, or when an old read frees its slot; null when there is nothing to wait for.</summary>
    public TimeSpan? NextWake(TimeSpan now)
    {
        while (_queue.TryPeek(out var next, out _) && (next.Entry.Dropped || next.Entry.IsUnderWay || next.Entry.Due != next.Due)) _queue.Dequeue();
        if (_queue.Count == 0) return null;
        var due = _queue.Peek().Due;
        if (_underWay < maxConcurrentReads || _slotHolders.Count == 0) return due;
        return Max(due, _slotHolders.Peek().Started + interval);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Soonest(Entry entry, TimeSpan now) =>
        Max(Max(now, entry.NotBefore), entry.Started is { } started ? started + RefreshGap : now);

    private TimeSpan NextAtPhase(Entry entry, TimeSpan now)
    {
        var cycles = Math.Floor((now - entry.Phase) / interval) + 1;
        return entry.Phase + (cycles * interval);
    }

    private void Enqueue(Entry entry, TimeSpan due)
    {
        if (entry.Due == due && entry.IsQueued) return;
        entry.Due = due;
        entry.IsQueued = true;
        _queue.Enqueue((entry, due), due);
        if (_queue.Count > PlansPerPipeline * Math.Max(_entries.Count, 4)) Compact();
    }

    /// <summary>Calls to look now leave plans behind that lie far ahead when the interval is long: they must not pile up.</summary>
    private void Compact()
    {
        _queue.Clear();
        foreach (var entry in _entries.Values)
        {
            if (entry.IsQueued) _queue.Enqueue((entry, entry.Due), entry.Due);
        }
    }

    private void FreeOldSlots(TimeSpan now)
    {
        while (_slotHolders.TryPeek(out var oldest))
        {
            var current = oldest.Entry.HoldsSlot && oldest.Entry.Started == oldest.Started;
            if (current && oldest.Started + interval > now) return;
            _slotHolders.Dequeue();
            if (!current) continue;
            oldest.Entry.HoldsSlot = false;
            _underWay--;
        }
    }

    private sealed class Entry(string pipelineId, TimeSpan phase, TimeSpan? until)
    {
        public string PipelineId { get; } = pipelineId;

        public TimeSpan Phase { get; } = phase;

        public TimeSpan? Until { get; set; } = until;

        public TimeSpan Due { get; set; }

        public TimeSpan NotBefore { get; set; }

        public TimeSpan? Started { get; private set; }

        public bool IsQueued { get; set; }

        public bool IsUnderWay { get; private set; }

        public bool HoldsSlot { get; set; }

        public bool RefreshAfterRead { get; set; }

        public bool Dropped { get; set; }

        public void Start(TimeSpan now)
        {
            Started = now;
            IsUnderWay = HoldsSlot = true;
            IsQueued = false;
        }

        public void Finish() => IsUnderWay = HoldsSlot = false;
    }
}
