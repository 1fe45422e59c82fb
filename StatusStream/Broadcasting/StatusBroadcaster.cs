using System.IO.Pipelines;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>
/// Tells every subscriber of this replica what comes off the backplane. One lock makes taking the snapshot and joining
/// the fan-out one act, so that no change falls between the two.
/// </summary>
internal sealed partial class StatusBroadcaster(PollCadence cadence, TimeProvider timeProvider, PipeScheduler wakeUps) : ILeasedStatusReceiver
{
    private readonly Lock _gate = new();
    private readonly StatusCache _cache = new();
    private readonly SubscriberIndex _index = new();

    // Pipelines whose known status is too old, or too doubtful, to be told to anybody before their next read.
    private readonly HashSet<string> _quarantined = new(StringComparer.Ordinal);

    // Pipelines whose next read some subscriber waits for, who may have seen something newer elsewhere.
    private readonly Dictionary<string, TimeSpan> _awaited = new(StringComparer.Ordinal); // since when, the last of those who wait

    // Pipelines with an audience that nobody reads for it, since as many are read as may be.
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    // Pipelines that some subscriber does not watch, and why: it hears of them as long as others do.
    private readonly Dictionary<string, PipelineCondition> _unwatched = new(StringComparer.Ordinal);
    private readonly long _origin = timeProvider.GetTimestamp();

    /// <summary>Where epochs of a stream's own come from; the simulation has its own source.</summary>
    internal Func<ulong> DrawEpoch { get; init; } = StatusVersion.NewEpoch;

    private TimeSpan Now => timeProvider.GetElapsedTime(_origin);

    /// <summary>The newest version that came off the backplane; null before the first.</summary>
    internal StatusVersion? Version
    {
        get
        {
            lock (_gate) return _cache.Version == default ? null : _cache.Version;
        }
    }

    public void Receive(PollUpdate update)
    {
        using var delivery = ChangeTrace.Deliver(update.TraceParent);
        WakeBatch? round;
        lock (_gate)
        {
            var now = Now;
            var age = update.AgeNow(timeProvider);
            var readAt = now - age;
            if (update.Changed.Count + update.Confirmed.Count > 0) _freshness.NoteReads(readAt, update.Stretch);
            if (IsLeftOver(age, cadence.Interval)) QuarantineChanges(update, readAt);
            else TakeReads(update, readAt);
            foreach (var pipelineId in update.Untold) Quarantine(pipelineId);

            // Known here: no news. Lost here too: as good as read for the first time.
            foreach (var record in update.Restored)
            {
                if (_cache.Find(record.PipelineId) is null) Release(record.At(update.Version), readAt, cadence.StableInterval);
            }

            foreach (var pipelineId in update.Forgotten) Forget(pipelineId, update.Version, mayHaveChanged: update.IsPassedOn);
            foreach (var pipelineId in update.Refused) Refuse(pipelineId, update.Version);
            _cache.Advance(update.Version);
            if (_freshness.Stale.Count > 0) LookAtFreshness(now);
            RepeatDoubts();

            round = _index.TakeBatch();
        }

        round?.Run(wakeUps);
    }

    public void Replace(StatusVersion version, IReadOnlyList<AgedRecord> known, IReadOnlySet<string> kept)
    {
        WakeBatch? round;
        lock (_gate)
        {
            var now = Now;
            var leftOver = known
                .Where(pipeline => IsLeftOver(pipeline.Age, pipeline.Interval ?? cadence.Interval))
                .Select(pipeline => pipeline.Record.PipelineId)
                .ToHashSet(StringComparer.Ordinal);
            var gone = _cache.PipelineIds.Where(id => !kept.Contains(id)).ToHashSet(StringComparer.Ordinal);
            gone.ExceptWith(known.Select(static pipeline => pipeline.Record.PipelineId));
            foreach (var pipelineId in kept.Union(leftOver)) _index.KeepBack(pipelineId);
            foreach (var (record, age, ownInterval) in known)
            {
                if (kept.Contains(record.PipelineId)) continue;

                var interval = ownInterval ?? cadence.Interval;

                // As of the version of the whole: on a stream no id may be older than one before it.
                var current = record.At(version);
                var wasQuarantined = _quarantined.Contains(record.PipelineId);
                var effect = Apply(ref current, now - age, interval);
                var isLeftOver = leftOver.Contains(record.PipelineId);
                if ((effect == CacheEffect.Changed || wasQuarantined) && !isLeftOver) _index.Offer(current, isCatchingUp: true, isRead: false);
                else if (effect == CacheEffect.FieldsChanged && !isLeftOver) _index.OfferFields(current, isCatchingUp: true, isRead: false);
                if (age < PollCadence.MaxAge(interval)) _waiters.Release(record.PipelineId); // older: they wait for the next read
            }

            foreach (var pipelineId in gone) Forget(pipelineId, version, mayHaveChanged: true);
            _quarantined.Clear();
            _quarantined.UnionWith(kept);

            // Left over from a loop that stopped: nobody is told so old a status as if it were today's, until it is read again.
            _quarantined.UnionWith(leftOver);
            _cache.Advance(version);
            if (_freshness.Stale.Count > 0) LookAtFreshness(now);
            round = _index.TakeBatch();
        }

        round?.Run(wakeUps);
    }

    public void QuarantineAll()
    {
        lock (_gate) _quarantined.UnionWith(_cache.PipelineIds);
    }

    public IReadOnlyList<AgedRecord> Known()
    {
        lock (_gate) return [.. _cache.All().Select(entry => new AgedRecord(entry.Record, Now - entry.ReadAt, entry.Interval))];
    }

    /// <summary>True when something is known of the pipeline, here or by whoever polls.</summary>
    public bool IsKnown(string pipelineId)
    {
        lock (_gate) return _cache.Find(pipelineId) is not null;
    }

    /// <summary>Those of the pipelines that are read less often than once per interval at present, and were read longer ago than that.</summary>
    public IReadOnlyList<string> Resting(IReadOnlyList<string> pipelineIds)
    {
        if (!cadence.IsAnythingPaced) return [];
        lock (_gate)
        {
            return
            [
                .. pipelineIds.Where(id => _cache.FindRead(id) is { } known && known.Interval > cadence.Interval
                    && known.Record.Condition != PipelineCondition.NotFound && Now - known.ReadAt > cadence.Interval),
            ];
        }
    }

    /// <summary>The pipelines that are there and are read less often than others, the slowest first.</summary>
    /// <param name="most">How many are named.</param>
    /// <param name="stretch">By how much all intervals are stretched: that makes no pipeline a slow one.</param>
    public IReadOnlyList<(string PipelineId, TimeSpan Interval)> Slowest(int most, double stretch)
    {
        lock (_gate)
        {
            return
            [
                .. _cache.All()
                    .Where(known => known.Interval > cadence.Interval * stretch && known.Record.Condition == PipelineCondition.Ok)
                    .OrderByDescending(known => known.Interval)
                    .ThenBy(known => known.Record.PipelineId, StringComparer.Ordinal)
                    .Take(most)
                    .Select(known => (known.Record.PipelineId, known.Interval)),
            ];
        }
    }

    /// <summary>How long ago the pipeline that waited longest was read; null when nothing is known.</summary>
    public TimeSpan? OldestReadAge()
    {
        lock (_gate) return Now - _cache.OldestRead();
    }

    private void TakeReads(PollUpdate update, TimeSpan readAt)
    {
        foreach (var changed in update.Changed)
        {
            var record = changed;
            var wasQuarantined = _quarantined.Remove(record.PipelineId);
            if (_refused.Count > 0) _refused.Remove(record.PipelineId);
            var effect = Apply(ref record, readAt, update.IntervalOf(record.PipelineId, cadence.Interval));
            if (effect == CacheEffect.Changed || wasQuarantined)
            {
                _index.Offer(record, update.IsCatchingUp, !update.IsPassedOn);
                NoteTold(record);
            }
            else
            {
                if (effect == CacheEffect.FieldsChanged) _index.OfferFields(record, isRead: !update.IsPassedOn);
                OfferAwaited(record, readAt, !update.IsPassedOn);
            }

            _waiters.Release(record.PipelineId);
        }

        foreach (var pipelineId in update.Confirmed)
        {
            var interval = update.IntervalOf(pipelineId, cadence.Interval);
            _cache.Confirm(pipelineId, readAt, interval);
            if (_cache.Find(pipelineId) is { } record)
            {
                if (_quarantined.Remove(pipelineId)) Release(record.At(update.Version), readAt, interval, !update.IsPassedOn);
                else OfferAwaited(record.At(update.Version), readAt, !update.IsPassedOn);
            }

            _waiters.Release(pipelineId);
        }
    }

    private void OfferAwaited(PipelineRecord record, TimeSpan readAt, bool isRead)
    {
        if (!_awaited.TryGetValue(record.PipelineId, out var since)) return;

        // Another hub's lease may go on for reads that are older than who waits.
        isRead &= readAt >= since || _freshness.IsLeased(record.PipelineId, Now) is null;
        if (_index.OfferAwaited(record, isRead)) _awaited.Remove(record.PipelineId);
        NoteTold(record);
    }

    /// <summary>
    /// Reads that waited in a loop that stood still confirm nothing any more, and what they found is told when the
    /// next read has found it too.
    /// </summary>
    private void QuarantineChanges(PollUpdate update, TimeSpan readAt)
    {
        foreach (var changed in update.Changed)
        {
            var record = changed;
            Apply(ref record, readAt, update.IntervalOf(record.PipelineId, cadence.Interval));
            Quarantine(record.PipelineId);
        }
    }

    private void Quarantine(string pipelineId)
    {
        _quarantined.Add(pipelineId);
        _index.KeepBack(pipelineId);
    }

    /// <summary>What was quarantined has been confirmed: it is as good as read for the first time.</summary>
    private void Release(PipelineRecord record, TimeSpan readAt, TimeSpan interval, bool isRead = true)
    {
        Apply(ref record, readAt, interval);
        _index.Offer(record, isRead: isRead);
        NoteTold(record);
    }

    /// <summary>Takes a record after the one that was known here, which may not be the one that it followed elsewhere.</summary>
    private CacheEffect Apply(ref PipelineRecord record, TimeSpan readAt, TimeSpan interval)
    {
        record = record.Following(_cache.Find(record.PipelineId));
        return _cache.Apply(record, readAt, interval);
    }

    private bool IsLeftOver(TimeSpan age, TimeSpan interval) => age > cadence.LeftOverAge(interval);

    /// <summary>Nothing is known of a pipeline any more; what changed of it up to the version may be yet to be told to those who watch it.</summary>
    private void Forget(string pipelineId, StatusVersion version, bool mayHaveChanged)
    {
        if (mayHaveChanged && _cache.Find(pipelineId) is not null) _index.KeepBack(pipelineId);
        _cache.Remove(pipelineId);
        _quarantined.Remove(pipelineId);
        if (!_unwatched.TryGetValue(pipelineId, out var reason) || !_refused.Add(pipelineId)) return;

        // Those who watched it have left, and nobody reads it for those who could not.
        _index.Offer(Refusal(pipelineId, version, reason));
    }

    private void Refuse(string pipelineId, StatusVersion version)
    {
        if (_cache.Find(pipelineId) is not null) return;
        _waiters.Release(pipelineId, isRefused: true);
        if (!_index.Contains(pipelineId)) return;
        _refused.Add(pipelineId);
        _index.OfferRefusal(Refusal(pipelineId, version, PipelineCondition.BeyondWatched));
    }

    private PipelineRecord Refusal(string pipelineId, StatusVersion version, PipelineCondition reason) =>
        new(pipelineId, version, status: null, reason, timeProvider.GetUtcNow().ToUnixTimeMilliseconds());
}
