using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>
/// Tells every subscriber of this replica what comes off the backplane. One lock makes taking the snapshot and joining
/// the fan-out one act, so that no change falls between the two.
/// </summary>
public sealed class StatusBroadcaster(PollCadence cadence, TimeProvider timeProvider) : IStatusReceiver
{
    private readonly Lock _gate = new();
    private readonly StatusCache _cache = new();
    private readonly Audiences _audiences = new();
    private readonly ReadWaiters _waiters = new();
    private readonly long _origin = timeProvider.GetTimestamp();

    private TimeSpan Now => timeProvider.GetElapsedTime(_origin);

    /// <summary>The newest version that this replica has taken.</summary>
    public StatusVersion Version
    {
        get
        {
            lock (_gate) return _cache.Version;
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
        lock (_gate)
        {
            var now = Now;
            foreach (var record in update.Changed)
            {
                if (_cache.Apply(record, now) == CacheEffect.Tellable) _audiences.Offer(record);
                _waiters.Release(record.PipelineId);
            }

            foreach (var pipelineId in update.Confirmed)
            {
                _cache.Confirm(pipelineId, now);
                _waiters.Release(pipelineId);
            }

            foreach (var pipelineId in update.Forgotten) _cache.Remove(pipelineId);
            _cache.Advance(update.Version);
        }
    }

    /// <summary>Joins the fan-out. What is known now is in the subscriber's first batch, what comes later follows it.</summary>
    /// <param name="pipelineIds">The pipelines, no two alike.</param>
    public Subscriber Subscribe(IReadOnlyList<string> pipelineIds)
    {
        var subscriber = new Subscriber(pipelineIds);
        lock (_gate)
        {
            for (var slot = 0; slot < pipelineIds.Count; slot++) subscriber.Join(slot, _cache.Find(pipelineIds[slot]), _cache.Version);
            _audiences.Join(subscriber);
        }

        return subscriber;
    }

    /// <summary>Leaves the fan-out.</summary>
    public void Unsubscribe(Subscriber subscriber)
    {
        lock (_gate) _audiences.Leave(subscriber);
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
            var stale = pipelineIds.Where(id => Vouched(id) is null).ToHashSet(StringComparer.Ordinal);
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

    private PipelineRecord? Vouched(string pipelineId) => _cache.FindVouched(pipelineId, Now - cadence.FreshFor);

    private List<PolledPipeline> Answer(IReadOnlyList<string> pipelineIds) =>
        [.. pipelineIds.Select(id => new PolledPipeline(id, _cache.Find(id), Vouched(id) is not null))];
}
