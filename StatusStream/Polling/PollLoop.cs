using System.Diagnostics;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>
/// Polling during one term of the lease. A dumb loop: the schedule says what to read, readings become records, records
/// go to the backplane.
/// </summary>
internal sealed class PollLoop(
    LeaseTerm term,
    PollInbox inbox,
    PollSchedule schedule,
    PollCadence cadence,
    IPipelineBackend backend,
    IStatusBackplane backplane,
    PollingState state,
    StatusStreamMetrics metrics,
    BackgroundLoop background,
    TimeProvider timeProvider,
    ILogger logger)
{
    /// <summary>How much longer than its deadline a good read may take until it is looked at, on a busy machine.</summary>
    private static readonly TimeSpan PauseTolerance = TimeSpan.FromSeconds(1);

    private readonly long _origin = timeProvider.GetTimestamp();
    private readonly Dictionary<string, PipelineRecord> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _readBefore = new(StringComparer.Ordinal);
    private readonly PendingUpdate _pending = new();
    private long _sequence;
    private long _updateNumber;
    private TimeSpan _publishedAt;
    private bool _hasGaps;
    private int _failuresInARow;
    private TimeSpan _goodReadAt;
    private Activity? _trace;
    private TimeSpan _nextTrace;

    private TimeSpan Now => timeProvider.GetElapsedTime(_origin);

    private TimeSpan ConfirmAt => _publishedAt + backplane.ConfirmationGap;

    private StatusVersion Version => new(term.Epoch, _sequence);

    /// <summary>
    /// Polls until cancelled, or until the backplane refuses an update: then the term is over. It is over too when every read has
    /// failed for longer than <paramref name="patience"/> and another replica could poll: the fault may be this one's own.
    /// </summary>
    /// <returns>True when another replica should try.</returns>
    public async Task<bool> RunAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        _goodReadAt = Now;
        background.Turn(cadence.Interval);
        using var wakeUp = cancellationToken.UnsafeRegister(static inbox => ((PollInbox)inbox!).Wake(), inbox);
        await LoadAsync(cancellationToken);
        var nextSweep = Now;
        while (!cancellationToken.IsCancellationRequested)
        {
            background.Turn(cadence.Interval);
            var sweeping = Now >= nextSweep;
            if (sweeping)
            {
                await SweepAsync(cancellationToken);
                nextSweep = Now + cadence.Interval;
            }

            TakeRequests();
            TakeFinished();
            if ((sweeping || IsToPublish(Now)) && !await PublishAsync(cancellationToken)) return false;

            var now = Now;
            if (term.IsShared && _failuresInARow > 2 && now - _goodReadAt > patience) return true;
            while (schedule.TryTake(now, out var pipelineId)) _ = ReadAsync(pipelineId, cancellationToken);
            await inbox.WaitAsync(Earliest(nextSweep, schedule.NextWake(now), _pending.HasConfirmations ? ConfirmAt : null) - now);
        }

        return false;
    }

    /// <summary>Goes on from what is shared: statuses that are known are no news, and what was read a moment ago is not due yet.</summary>
    private async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        var known = await backplane.LoadAsync(term, cancellationToken);
        var now = Now;
        foreach (var (record, age) in known)
        {
            _known[record.PipelineId] = record;
            _readBefore[record.PipelineId] = now - age;
        }
    }

    private static TimeSpan Earliest(TimeSpan sweep, TimeSpan? read, TimeSpan? confirm)
    {
        var earliest = read < sweep ? read.Value : sweep;
        return confirm < earliest ? confirm.Value : earliest;
    }

    /// <summary>What changed goes out at once; what only confirms may wait for company.</summary>
    private bool IsToPublish(TimeSpan now) => _pending.HasNews || (_pending.HasConfirmations && now >= ConfirmAt);

    private async ValueTask<bool> PublishAsync(CancellationToken cancellationToken)
    {
        using var change = _trace;
        _trace = null;
        using var publishing = ChangeTrace.Publish(change);
        var update = _pending.Take(Version, ++_updateNumber) with
        {
            Known = _known.Count,
            Restored = _hasGaps ? [.. _known.Values] : [],
            TraceParent = publishing?.Id,
        };
        _publishedAt = Now;
        var outcome = await backplane.PublishAsync(term, update, cancellationToken);
        _hasGaps = outcome == PublishOutcome.StoredWithGaps;
        return outcome != PublishOutcome.Refused;
    }

    /// <summary>Brings the schedule in line with what is watched: what was only heard of is made sure of here.</summary>
    private async ValueTask SweepAsync(CancellationToken cancellationToken)
    {
        var watched = await backplane.GetWatchedAsync(term, cancellationToken);
        var now = Now;
        var unwatched = schedule.PipelineIds.ToHashSet(StringComparer.Ordinal);
        foreach (var (pipelineId, remaining) in watched)
        {
            TimeSpan? due = _readBefore.Remove(pipelineId, out var readAt) ? readAt + cadence.Interval : null;
            schedule.Watch(pipelineId, now, now + remaining, due);
            unwatched.Remove(pipelineId);
        }

        foreach (var pipelineId in unwatched) schedule.Unwatch(pipelineId, now);
        RemoveUnwatched();
    }

    /// <summary>What was loaded and nobody watches is left over from a poller that died.</summary>
    private void RemoveUnwatched()
    {
        foreach (var pipelineId in _readBefore.Keys)
        {
            _known.Remove(pipelineId);
            _pending.Forget(pipelineId);
        }

        _readBefore.Clear();
    }

    private void TakeRequests()
    {
        var now = Now;
        while (inbox.Watched.TryDequeue(out var began))
        {
            foreach (var pipelineId in began) schedule.Watch(pipelineId, now);
        }

        while (inbox.RefreshRequested.TryDequeue(out var noticed))
        {
            foreach (var pipelineId in noticed) schedule.Refresh(pipelineId, now);
        }
    }

    private void TakeFinished()
    {
        var timestamp = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        while (inbox.Finished.TryDequeue(out var finished))
        {
            var reading = finished.Reading;
            if (!schedule.Complete(reading.PipelineId, Now, reading.RetryAfter)) continue;
            if (IsFromBeforeAPause(finished))
            {
                schedule.Refresh(reading.PipelineId, Now);
                continue;
            }

            _pending.Include(finished);
            if (reading.Condition.IsUnavailable()) _failuresInARow++;
            else (_failuresInARow, _goodReadAt) = (0, Now);
            var before = _known.GetValueOrDefault(reading.PipelineId);
            var record = reading.Advance(before, new StatusVersion(term.Epoch, _sequence + 1), timestamp);
            if (record is null)
            {
                _pending.Confirm(reading.PipelineId);
                continue;
            }

            _sequence++;
            _known[record.PipelineId] = record;
            _pending.Change(record);
            Trace(before, record, timeProvider.GetElapsedTime(finished.BegunAt, finished.EndedAt));
            LogChange(before, record, reading.Reason);
        }

        foreach (var pipelineId in schedule.DropExpired(Now))
        {
            _known.Remove(pipelineId);
            _pending.Forget(pipelineId);
        }
    }

    /// <summary>A good answer that is older than any read may take lay in a process that stood still: it confirms nothing as of now.</summary>
    private bool IsFromBeforeAPause(FinishedRead finished) =>
        !finished.Reading.Condition.IsUnavailable() && timeProvider.GetElapsedTime(finished.BegunAt) > cadence.RequestTimeout + PauseTolerance;

    private async Task ReadAsync(string pipelineId, CancellationToken cancellationToken)
    {
        state.ReadStarted();
        var (begunAt, startedAfter) = (timeProvider.GetTimestamp(), _updateNumber);
        PipelineReading reading;
        try
        {
            reading = await backend.ReadAsync(pipelineId, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            metrics.ReadAbandoned();
            return;
        }
#pragma warning disable CA1031 // a fault in reading one pipeline must not end the polling of all
        catch (Exception e)
#pragma warning restore CA1031
        {
            reading = new PipelineReading(pipelineId, PipelineCondition.Error, Reason: e.ToString());
        }

        var endedAt = timeProvider.GetTimestamp();
        metrics.ReadFinished(reading.Condition, timeProvider.GetElapsedTime(begunAt, endedAt));
        inbox.Finish(new FinishedRead(reading, startedAfter, begunAt, endedAt));
    }

    private void Trace(PipelineRecord? before, PipelineRecord record, TimeSpan duration)
    {
        if (!ChangeTrace.IsOn || _trace is not null || Now < _nextTrace) return;
        _nextTrace = Now + ChangeTrace.MinInterval;
        var now = timeProvider.GetUtcNow();
        _trace = ChangeTrace.Begin(before, record, now - duration, now);
    }

    private void LogChange(PipelineRecord? before, PipelineRecord record, string? reason)
    {
        var wasFine = before is null or { Condition: PipelineCondition.Ok };
        if (record.Condition != PipelineCondition.Ok && wasFine) logger.EpisodeBegan(record.PipelineId, reason);
        else if (record.Condition == PipelineCondition.Ok && !wasFine) logger.EpisodeEnded(record.PipelineId);
        else if (record.Status != before?.Status) logger.StatusChanged(record.PipelineId, before?.Status?.Name() ?? "none", record.Status?.Name() ?? "none");
    }
}
