using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>What was told comes into doubt, and out of it; and other hubs are told for how long it counts as confirmed.</summary>
internal sealed partial class StatusBroadcaster
{
    private readonly FreshnessTracker _freshness = new(cadence);
    private readonly HashSet<Subscriber> _relays = [];

    // Pipelines that cannot be confirmed and were told in the update at hand.
    private readonly List<string> _toldInDoubt = [];

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

    /// <summary>Tells streams what can no longer be confirmed, and what can be again. To be called about twice a second.</summary>
    public void CheckFreshness()
    {
        WakeBatch? round;
        lock (_gate)
        {
            LookAtFreshness(Now);
            OfferLease();
            round = _index.TakeBatch();
        }

        round?.Run(wakeUps);
    }

    public void Renew(FreshnessLease? lease)
    {
        WakeBatch? round;
        lock (_gate)
        {
            var wasLost = _freshness.IsLost;
            _freshness.Renew(lease, Now);
            if (wasLost && _freshness.IsLost) _waiters.ReleaseAll(); // once is none: they have a moment
            if (_freshness.Stale.Count > 0 || _freshness.IsLost || lease?.IsOverForAny == true) LookAtFreshness(Now);
            round = _index.TakeBatch();
        }

        round?.Run(wakeUps);
    }

    /// <summary>Hubs that pass their streams on are told how long everything counts as confirmed, each as far as it concerns them.</summary>
    private void OfferLease()
    {
        if (_relays.Count == 0) return;
        var (lease, clock) = (_freshness.Lease, RelayClock.Now(timeProvider));
        foreach (var relay in _relays) OfferLease(relay, lease, clock);
    }

    /// <summary>One that has just come is not to take for fresh what is in doubt here, until the others are told.</summary>
    private WakeBatch? LeaseToOne(Subscriber relay, TimeSpan now)
    {
        LookAtFreshness(now);
        OfferLease(relay, _freshness.Lease, RelayClock.Now(timeProvider));
        return _index.TakeBatch();
    }

    private void OfferLease(Subscriber relay, FreshnessLease lease, long clock)
    {
        var its = lease.Exceptions.Count == 0 ? lease : lease with
        {
            Exceptions = lease.Exceptions.Where(pair => relay.TryFindSlot(pair.Key, out _)).ToDictionary(StringComparer.Ordinal),
        };
        if (relay.OfferLease(its, clock, _cache.Version)) _index.Wake(relay);
    }

    private void LookAtFreshness(TimeSpan now)
    {
        foreach (var (pipelineId, isStale) in _freshness.Look(WatchedPipelines(), _cache, _quarantined, now)) _index.SetStale(pipelineId, isStale);
    }

    private void NoteTold(PipelineRecord record)
    {
        if (_freshness.Stale.Contains(record.PipelineId)) _toldInDoubt.Add(record.PipelineId);
    }

    /// <summary>A status takes back the doubt in its pipeline, but one that another hub has told and not confirmed is in doubt all the same.</summary>
    private void RepeatDoubts()
    {
        foreach (var pipelineId in _toldInDoubt)
        {
            if (_freshness.Stale.Contains(pipelineId)) _index.RepeatStall(pipelineId);
        }

        _toldInDoubt.Clear();
    }

    private IReadOnlyCollection<string> WatchedPipelines() =>
        _refused.Count == 0 ? _index.PipelineIds : [.. _index.PipelineIds.Where(id => !_refused.Contains(id))];
}
