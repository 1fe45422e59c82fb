using System.IO.Pipelines;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>
/// Tells every subscriber of this replica what comes off the backplane. One lock makes taking the snapshot and joining
/// the fan-out one act, so that no change falls between the two.
/// </summary>
internal sealed class StatusBroadcaster(PollCadence cadence, TimeProvider timeProvider, PipeScheduler wakeUps) : IStatusReceiver
{
    private readonly Lock _gate = new();
    private readonly StatusCache _cache = new();
    private readonly SubscriberIndex _index = new();
    private readonly NextReadWaiters _waiters = new();

    // Pipelines whose known status is too old, or too doubtful, to be told to anybody before their next read.
    private readonly HashSet<string> _quarantined = new(StringComparer.Ordinal);

    // Pipelines whose next read some subscriber waits for, who may have seen something newer elsewhere.
    private readonly HashSet<string> _awaited = new(StringComparer.Ordinal);
    private readonly FreshnessTracker _freshness = new(cadence);
    private readonly long _origin = timeProvider.GetTimestamp();

    /// <summary>How many pipelines that open streams watch cannot be confirmed at the moment.</summary>
    public int StalePipelines
    {
        get
        {
            lock (_gate) return _freshness.Stale.Count;
        }
    }

    public bool IsBehind
    {
        get
        {
            lock (_gate) return _freshness.IsBehind;
        }
    }

    private TimeSpan Now => timeProvider.GetElapsedTime(_origin);

    /// <summary>The newest version that came off the backplane; null before the first.</summary>
    internal StatusVersion? Version
    {
        get
        {
            lock (_gate) return _cache.Version == default ? null : _cache.Version;
        }
    }

    /// <summary>How many polls wait, counted once per pipeline that they wait for.</summary>
    internal int WaitingPolls
    {
        get
        {
            lock (_gate) return _waiters.Count;
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
            if (IsLeftOver(age)) QuarantineChanges(update, readAt);
            else TakeReads(update, readAt);

            // Known here: no news. Lost here too: as good as read for the first time.
            foreach (var record in update.Restored)
            {
                if (_cache.Find(record.PipelineId) is null) Release(record.At(update.Version), readAt);
            }

            foreach (var pipelineId in update.Forgotten) Forget(pipelineId);
            _cache.Advance(update.Version);
            if (_freshness.Stale.Count > 0) LookAtFreshness(now);
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
            var gone = _cache.PipelineIds.Where(id => !kept.Contains(id)).ToHashSet(StringComparer.Ordinal);
            foreach (var (record, age) in known)
            {
                gone.Remove(record.PipelineId);
                if (kept.Contains(record.PipelineId)) continue;

                // As of the version of the whole: on a stream no id may be older than one before it.
                var current = record.At(version);
                var wasQuarantined = _quarantined.Contains(record.PipelineId);
                var isNews = _cache.Apply(current, now - age) == CacheEffect.Changed || wasQuarantined;
                if (isNews && !IsLeftOver(age)) _index.Offer(current, isCatchingUp: true);
                if (age < cadence.MaxAge) _waiters.Release(record.PipelineId); // older: they wait for the next read
            }

            foreach (var pipelineId in gone) Forget(pipelineId);
            _quarantined.Clear();
            _quarantined.UnionWith(kept);

            // Left over from a loop that stopped: nobody is told so old a status as if it were today's, until it is read again.
            _quarantined.UnionWith(known.Where(pipeline => IsLeftOver(pipeline.Age)).Select(pipeline => pipeline.Record.PipelineId));
            _cache.Advance(version);
            if (_freshness.Stale.Count > 0) LookAtFreshness(now);
            round = _index.TakeBatch();
        }

        round?.Run(wakeUps);
    }

    /// <summary>Tells streams what can no longer be confirmed, and what can be again. To be called about twice a second.</summary>
    public void CheckFreshness()
    {
        WakeBatch? round;
        lock (_gate)
        {
            LookAtFreshness(Now);
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
        lock (_gate) return [.. _cache.All().Select(entry => new AgedRecord(entry.Record, Now - entry.ReadAt))];
    }

    /// <summary>Joins the fan-out. What is known now is in the subscriber's first batch, what comes later follows it.</summary>
    /// <param name="pipelineIds">The pipelines, no two alike.</param>
    /// <param name="seen">What the client has seen elsewhere, when that may be newer than what is known here: it is told
    /// each pipeline from its next read on.</param>
    public Subscriber Subscribe(IReadOnlyList<string> pipelineIds, StatusVersion? seen = null)
    {
        var subscriber = new Subscriber(pipelineIds, seen);
        lock (_gate)
        {
            var now = Now;
            for (var slot = 0; slot < pipelineIds.Count; slot++)
            {
                var known = seen is null ? PublicRecord(pipelineIds[slot]) : null;
                subscriber.Join(slot, known, _cache.Version);
                if (seen is not null) _awaited.Add(pipelineIds[slot]);
                if (known is not null) _freshness.NoteSent(pipelineIds[slot], now);
                if (_freshness.Stale.Contains(pipelineIds[slot])) subscriber.SetStale(isStale: true);
            }

            _index.Join(subscriber);
        }

        return subscriber;
    }

    /// <summary>Leaves the fan-out.</summary>
    public void Unsubscribe(Subscriber subscriber)
    {
        lock (_gate) _index.Remove(subscriber);
    }

    /// <summary>
    /// The records of pipelines as a poll is told them: at once for those whose last good read is younger than two
    /// intervals, else after the loop's next read of them, for which it waits at most one interval and one read. A
    /// pipeline that was not read by then has no record.
    /// </summary>
    public async Task<IReadOnlyList<PolledPipeline>> PollAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken)
    {
        ReadWaiter waiter;
        lock (_gate)
        {
            var stale = pipelineIds.Where(id => FindFresh(id) is null).ToHashSet(StringComparer.Ordinal);
            if (stale.Count == 0) return Answer(pipelineIds);
            waiter = _waiters.Add(stale);
        }

        try
        {
            await waiter.Released.WaitAsync(cadence.Interval + cadence.RequestTimeout, timeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Told what there is: the caller sees what is missing.
        }
        finally
        {
            lock (_gate) _waiters.Remove(waiter);
        }

        lock (_gate) return Answer(pipelineIds);
    }

    /// <summary>How long ago the pipeline that waited longest was read; null when nothing is known.</summary>
    public TimeSpan? OldestReadAge()
    {
        lock (_gate) return Now - _cache.OldestRead();
    }

    private void TakeReads(PollUpdate update, TimeSpan readAt)
    {
        foreach (var record in update.Changed)
        {
            var wasQuarantined = _quarantined.Remove(record.PipelineId);
            if (_cache.Apply(record, readAt) == CacheEffect.Changed || wasQuarantined) _index.Offer(record);
            else if (_awaited.Remove(record.PipelineId)) _index.OfferAwaited(record);
            _waiters.Release(record.PipelineId);
        }

        foreach (var pipelineId in update.Confirmed)
        {
            _cache.Confirm(pipelineId, readAt);
            if (_cache.Find(pipelineId) is { } record)
            {
                if (_quarantined.Remove(pipelineId)) Release(record.At(update.Version), readAt);
                else if (_awaited.Remove(pipelineId)) _index.OfferAwaited(record.At(update.Version));
            }

            _waiters.Release(pipelineId);
        }
    }

    /// <summary>
    /// Reads that waited in a loop that stood still confirm nothing any more, and what they found is told when the
    /// next read has found it too.
    /// </summary>
    private void QuarantineChanges(PollUpdate update, TimeSpan readAt)
    {
        foreach (var record in update.Changed)
        {
            _cache.Apply(record, readAt);
            _quarantined.Add(record.PipelineId);
        }
    }

    /// <summary>What was quarantined has been confirmed: it is as good as read for the first time.</summary>
    private void Release(PipelineRecord record, TimeSpan readAt)
    {
        _cache.Apply(record, readAt);
        _index.Offer(record);
    }

    private bool IsLeftOver(TimeSpan age) => age > cadence.LeftOverAge;

    private void LookAtFreshness(TimeSpan now)
    {
        foreach (var (pipelineId, isStale) in _freshness.Look(_index.PipelineIds, _cache, _quarantined, now)) _index.SetStale(pipelineId, isStale);
    }

    private PipelineRecord? PublicRecord(string pipelineId) => _quarantined.Contains(pipelineId) ? null : _cache.Find(pipelineId);

    private void Forget(string pipelineId)
    {
        _cache.Remove(pipelineId);
        _quarantined.Remove(pipelineId);
    }

    private PipelineRecord? FindFresh(string pipelineId) => _cache.FindFresh(pipelineId, Now - cadence.MaxAge);

    private List<PolledPipeline> Answer(IReadOnlyList<string> pipelineIds) =>
        [.. pipelineIds.Select(id => new PolledPipeline(id, _cache.Find(id), FindFresh(id) is not null))];
}
