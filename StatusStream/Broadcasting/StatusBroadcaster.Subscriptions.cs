using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>Who is told: subscribers come, change what they watch, and leave.</summary>
internal sealed partial class StatusBroadcaster
{
    /// <summary>Joins the fan-out. What is known now is in the subscriber's first batch, what comes later follows it.</summary>
    /// <param name="pipelineIds">The pipelines, no two alike.</param>
    /// <param name="seen">What the client has seen elsewhere, when that may be newer than what is known here: it is told
    /// each pipeline from its next read on.</param>
    /// <param name="refused">Pipelines that are not watched for this client, and why.</param>
    /// <param name="resume">What the client knows already, when nothing newer than what is known here.</param>
    /// <param name="wantsFields">True when it is told fields, too.</param>
    /// <param name="isRelay">True when it passes on what it is told, and so is told for how long that counts as confirmed.</param>
    public Subscriber Subscribe(
        IReadOnlyList<string> pipelineIds, StatusVersion? seen = null, IReadOnlyDictionary<string, PipelineCondition>? refused = null, Resume? resume = null,
        bool wantsFields = false, bool isRelay = false)
    {
        WakeBatch? round = null;
        var subscriber = new Subscriber(pipelineIds, seen, resume, wantsFields) { IsRelay = isRelay, DrawEpoch = DrawEpoch };
        lock (_gate)
        {
            var now = Now;
            if (isRelay) _relays.Add(subscriber);
            for (var slot = 0; slot < pipelineIds.Count; slot++)
            {
                subscriber.Join(slot, Join(pipelineIds[slot], seen is not null, refused, now), _cache.Version);
                Seat(subscriber, pipelineIds[slot], slot, refused);
            }

            if (isRelay) round = LeaseToOne(subscriber, now);
        }

        round?.Run(wakeUps);
        return subscriber;
    }

    /// <summary>
    /// Changes what a subscriber watches, in one act: what is removed is told no more once the change's batch is out, and of what is added
    /// that batch is the first to tell.
    /// </summary>
    /// <param name="subscriber">The subscriber.</param>
    /// <param name="change">The change.</param>
    /// <param name="removed">Pipelines to leave; those that it does not watch are passed over.</param>
    /// <param name="added">Pipelines to join.</param>
    /// <param name="mayHaveSeenNewer">True when the client may have seen something newer than what is known here.</param>
    /// <param name="refused">Those of the added that are not watched for this client, and why.</param>
    public void Change(
        Subscriber subscriber, SubscriberChange change, IReadOnlyList<string> removed, IReadOnlyList<string> added, bool mayHaveSeenNewer,
        IReadOnlyDictionary<string, PipelineCondition>? refused)
    {
        lock (_gate)
        {
            var now = Now;
            foreach (var pipelineId in removed)
            {
                if (subscriber.TryFindSlot(pipelineId, out _)) Leave(subscriber, pipelineId);
            }

            foreach (var pipelineId in added)
            {
                if (subscriber.TryFindSlot(pipelineId, out var slot))
                {
                    subscriber.AddAgain(change, slot);
                    continue;
                }

                slot = subscriber.Add(change, pipelineId, Join(pipelineId, mayHaveSeenNewer, refused, now), mayHaveSeenNewer);
                Seat(subscriber, pipelineId, slot, refused);
            }

            if (_quarantined.Count > 0 && subscriber.PipelineIds.Any(_quarantined.Contains)) change.FallBehind();
            subscriber.Begin(change, _cache.Version);
        }

        subscriber.Signal.Set();
    }

    /// <summary>Leaves the fan-out.</summary>
    public void Unsubscribe(Subscriber subscriber)
    {
        lock (_gate)
        {
            if (subscriber.IsRelay) _relays.Remove(subscriber);
            foreach (var (pipelineId, slot) in subscriber.Slots)
            {
                if (!subscriber.IsSeated(slot)) continue;
                _index.Leave(pipelineId, subscriber, slot);
                ForgetRefusal(pipelineId);
            }
        }
    }

    private void Leave(Subscriber subscriber, string pipelineId)
    {
        var slot = subscriber.Remove(pipelineId);
        if (subscriber.IsSeated(slot)) Unseat(subscriber, pipelineId, slot);
    }

    /// <summary>What a client that begins to watch a pipeline is told of it at once; null when it waits for the next read.</summary>
    private PipelineRecord? Join(string pipelineId, bool mayHaveSeenNewer, IReadOnlyDictionary<string, PipelineCondition>? refused, TimeSpan now)
    {
        if (refused is not null && refused.TryGetValue(pipelineId, out var reason))
        {
            if (IsHidden(reason)) return Refusal(pipelineId, _cache.Version, reason);
            _unwatched[pipelineId] = reason;
            if (_cache.Find(pipelineId) is null)
            {
                _refused.Add(pipelineId);
                return Refusal(pipelineId, _cache.Version, reason);
            }
        }

        if (mayHaveSeenNewer)
        {
            _awaited[pipelineId] = now;
            return null;
        }

        if (_quarantined.Contains(pipelineId) || _cache.FindRead(pipelineId) is not { } known) return null;
        _freshness.NoteSent(known, now);
        return known.Record;
    }

    /// <summary>What the subscriber may see of a pipeline it hears from now on; what it may not see has no seat for it.</summary>
    private void Seat(Subscriber subscriber, string pipelineId, int slot, IReadOnlyDictionary<string, PipelineCondition>? refused = null)
    {
        if (refused is not null && refused.TryGetValue(pipelineId, out var reason) && IsHidden(reason))
        {
            subscriber.LeaveSeat(slot);
            return;
        }

        _index.Join(pipelineId, subscriber, slot);
        if (_freshness.Stale.Contains(pipelineId)) subscriber.SetStale(isStale: true);
    }

    private void Unseat(Subscriber subscriber, string pipelineId, int slot)
    {
        _index.Leave(pipelineId, subscriber, slot);
        ForgetRefusal(pipelineId);
        if (_freshness.Stale.Contains(pipelineId)) subscriber.SetStale(isStale: false);
    }

    /// <summary>The refusal of a pipeline is kept for its audience alone.</summary>
    private void ForgetRefusal(string pipelineId)
    {
        if (_refused.Count + _unwatched.Count == 0 || _index.Contains(pipelineId)) return;
        _refused.Remove(pipelineId);
        _unwatched.Remove(pipelineId);
    }
}
