using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>What polls are told, and what they wait for.</summary>
internal sealed partial class StatusBroadcaster
{
    /// <summary>
    /// How much longer than for the first of many pipelines a poll waits for the others, at least: as long as a host that has just
    /// started, on a busy machine, takes to open its connections to the backend.
    /// </summary>
    internal static readonly TimeSpan PollGrace = TimeSpan.FromSeconds(1);

    private readonly NextReadWaiters _waiters = new();

    /// <summary>How long a poll waits at most: one interval and one read.</summary>
    public TimeSpan PollPatience => cadence.Interval + cadence.RequestTimeout;

    /// <summary>How many polls wait, counted once per pipeline that they wait for.</summary>
    internal int WaitingPolls
    {
        get
        {
            lock (_gate) return _waiters.Count;
        }
    }

    /// <summary>
    /// The records of pipelines as a poll is told them: at once for those whose last good read is younger than two of their intervals,
    /// and for those whose last read failed, which have nothing that could be vouched for; else after the loop's next read of them. For
    /// that it waits at most one interval and one read, and not much longer than for the first of them: one that hangs holds up none.
    /// A pipeline that was not read by then has no record; one that whoever polls does not read has one that says so.
    /// </summary>
    public async Task<IReadOnlyList<PolledPipeline>> PollAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken)
    {
        ReadWaiter waiter;
        bool isAnswerable;
        TimeSpan asked;
        lock (_gate)
        {
            asked = Now;
            var awaited = pipelineIds.Where(IsAwaited).ToHashSet(StringComparer.Ordinal);
            if (awaited.Count == 0) return Answer(pipelineIds, asked);
            isAnswerable = awaited.Count < pipelineIds.Count;
            waiter = _waiters.Add(awaited);
        }

        try
        {
            var began = timeProvider.GetTimestamp();
            if (!isAnswerable) await waiter.FirstReleased.WaitAsync(PollPatience, timeProvider, cancellationToken);
            var waited = timeProvider.GetElapsedTime(began);
            var grace = waited > PollGrace ? waited : PollGrace;
            await waiter.Released.WaitAsync(Shorter(grace, Left(PollPatience, waited)), timeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Told what there is: the caller sees what is missing.
        }
        finally
        {
            lock (_gate) _waiters.Remove(waiter);
        }

        lock (_gate)
        {
            var refused = waiter.Refused;
            if (refused.Count == 0) return Answer(pipelineIds, asked); // what was fresh then needs no read meanwhile
            return [.. Answer(pipelineIds, asked).Select(polled => polled.Record is null && refused.Contains(polled.PipelineId)
                ? polled with { Record = Refusal(polled.PipelineId, _cache.Version, PipelineCondition.BeyondWatched) }
                : polled)];
        }
    }

    /// <summary>The records of pipelines as they are known now.</summary>
    public IReadOnlyList<PolledPipeline> Look(IReadOnlyList<string> pipelineIds)
    {
        lock (_gate) return Answer(pipelineIds, Now);
    }

    /// <summary>Waits until whoever polls has read a pipeline once more, well or not.</summary>
    /// <param name="pipelineId">The pipeline.</param>
    /// <param name="patience">How long to wait at most.</param>
    /// <param name="isEnough">Asked when the wait is prepared, so that no read is missed: true to wait no longer.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    public async Task WaitForReadAsync(string pipelineId, TimeSpan patience, Func<Task<bool>> isEnough, CancellationToken cancellationToken)
    {
        ReadWaiter waiter;
        lock (_gate) waiter = _waiters.Add(new HashSet<string>([pipelineId], StringComparer.Ordinal));
        try
        {
            if (!await isEnough()) await waiter.Released.WaitAsync(Left(patience, TimeSpan.Zero), timeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The caller looks for itself.
        }
        finally
        {
            lock (_gate) _waiters.Remove(waiter);
        }
    }

    private static TimeSpan Left(TimeSpan patience, TimeSpan waited) => waited < patience ? patience - waited : TimeSpan.Zero;

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private bool IsFresh(in CachedStatus known, TimeSpan asOf) => _freshness.IsLeased(known.Record.PipelineId, asOf) is { } isLeased
        ? isLeased && known.GoodReadAt > TimeSpan.MinValue && !_quarantined.Contains(known.Record.PipelineId)
        : known.GoodReadAt >= asOf - PollCadence.MaxAge(known.Interval);

    private bool IsAwaited(string pipelineId)
    {
        if (_freshness.IsLost) return false; // as of a backend that cannot be read
        if (_cache.FindRead(pipelineId) is not { } known) return true;
        var isFailing = known.Record.Condition.IsUnavailable() && Now - known.ReadAt <= PollCadence.MaxAge(known.Interval);
        return !isFailing && !IsFresh(known, Now);
    }

    private List<PolledPipeline> Answer(IReadOnlyList<string> pipelineIds, TimeSpan asOf) => [.. pipelineIds.Select(id => _cache.FindRead(id) is { } known
        ? new PolledPipeline(id, known.Record, IsFresh(known, asOf), known.ReadAt)
        : new PolledPipeline(id, Record: null, IsFresh: false, TimeSpan.MinValue))];
}
