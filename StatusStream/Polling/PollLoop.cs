using System.Diagnostics;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Polling.Pacing;

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
    BackendReader reader,
    IStatusBackplane backplane,
    PollingState state,
    BackgroundLoop background,
    TimeProvider timeProvider,
    ILogger logger)
{
    /// <summary>How much longer than its deadline a good read may take until it is looked at, on a busy machine.</summary>
    private static readonly TimeSpan PauseTolerance = TimeSpan.FromSeconds(1);

    private readonly long _origin = timeProvider.GetTimestamp();
    private readonly Dictionary<string, PipelineRecord> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LastRead> _readBefore = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly PaceLog _paceLog = new(logger);
    private readonly PendingUpdate _pending = new(cadence.Interval);
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
            TimeSpan? lookAtListAt = null;
            if (schedule is { IsAnyMissing: true, BatchesShowAll: false }) lookAtListAt = reader.LookAtList(() => schedule.TrySpend(now), cancellationToken);
            while (schedule.TryTake(now, out var read)) reader.Read(read, _updateNumber, cancellationToken);
            await inbox.WaitAsync(Earliest(nextSweep, schedule.NextWake(now), _pending.HasConfirmations ? ConfirmAt : null, now + lookAtListAt) - now);
        }

        return false;
    }

    /// <summary>Goes on from what is shared: statuses that are known are no news, and what was read a moment ago is not due yet.</summary>
    private async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        var known = await backplane.LoadAsync(term, cancellationToken);
        var now = Now;
        foreach (var (record, age, interval) in known)
        {
            _known[record.PipelineId] = record;

            // Alone, nothing that was shared is told before it has been read here, so that nothing may rest.
            _readBefore[record.PipelineId] = new LastRead(now - age, PipelinePace.Resume(record, term.IsIsolated ? null : interval, cadence));
        }
    }

    private static TimeSpan Earliest(TimeSpan sweep, params ReadOnlySpan<TimeSpan?> others)
    {
        var earliest = sweep;
        foreach (var other in others) earliest = other < earliest ? other.Value : earliest;
        return earliest;
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
            IsOnTime = schedule.IsOnTime(Now),
            Stretch = schedule.Stretch,
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
        foreach (var pipeline in watched)
        {
            LastRead? lastRead = _readBefore.Remove(pipeline.PipelineId, out var before) ? before : null;
            unwatched.Remove(pipeline.PipelineId);
            if (!Watch(pipeline.PipelineId, now, now + pipeline.Remaining, lastRead)) continue;
            schedule.Show(pipeline.PipelineId, pipeline.IsVisible, now);
            WantDocument(pipeline.PipelineId, pipeline.DocumentFor > TimeSpan.Zero, now);
        }

        foreach (var pipelineId in unwatched) schedule.Unwatch(pipelineId, now);
        foreach (var (pipelineId, lastRead) in _readBefore) KeepUnwatched(pipelineId, lastRead, now);
        _readBefore.Clear();
        state.Look(schedule, cadence);
        _paceLog.Look(schedule);
    }

    /// <summary>What was loaded and nobody watches is left over from a poller that died; but an id that nobody knows rests on.</summary>
    private void KeepUnwatched(string pipelineId, LastRead lastRead, TimeSpan now)
    {
        if (lastRead.Pace is { IsUnseen: true, Absences: > 0 } && schedule.Watch(pipelineId, now, until: now, lastRead)) return;
        Forget(pipelineId);
    }

    private bool Watch(string pipelineId, TimeSpan now, TimeSpan? until, LastRead? lastRead)
    {
        if (schedule.Watch(pipelineId, now, until, lastRead))
        {
            if (_refused.Count > 0) _refused.Remove(pipelineId);
            return true;
        }

        if (lastRead is not null) Forget(pipelineId);
        if (_refused.Count == 0) logger.BeyondWatched(pipelineId, schedule.PipelineIds.Count);
        if (_refused.Add(pipelineId)) _pending.Refuse(pipelineId);
        return false;
    }

    private void WantDocument(string pipelineId, bool isWanted, TimeSpan now)
    {
        schedule.WantDocument(pipelineId, isWanted, now);
        if (reader.WantDocument(pipelineId, isWanted)) _pending.Store(new HealthDocument(pipelineId, default));
    }

    private void TakeRequests()
    {
        var now = Now;
        while (inbox.Watched.TryDequeue(out var began))
        {
            foreach (var pipelineId in began)
            {
                _refused.Remove(pipelineId); // whoever asks anew is told anew
                Watch(pipelineId, now, until: null, lastRead: null);
            }
        }

        while (inbox.RefreshRequested.TryDequeue(out var noticed))
        {
            foreach (var pipelineId in noticed) schedule.Refresh(pipelineId, now);
            reader.LookAtListSoon(); // it may show what nobody knew
        }

        while (inbox.DocumentsWanted.TryDequeue(out var wanted))
        {
            foreach (var pipelineId in wanted)
            {
                if (Watch(pipelineId, now, until: null, lastRead: null)) WantDocument(pipelineId, isWanted: true, now);
            }
        }

        while (inbox.Listed.TryDequeue(out var listed))
        {
            reader.TakeListing(listed);
            if (listed.PipelineIds is { } shown) schedule.Listed(shown, now);
        }
    }

    private void TakeFinished()
    {
        var timestamp = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        while (inbox.Finished.TryDequeue(out var finished))
        {
            foreach (var pipelineId in finished.Answer.Missing) schedule.Miss(pipelineId, Now);
            if (finished.Answer.Shown is { } shown) schedule.Listed(shown, Now);
            foreach (var reading in finished.Answer.Readings) Take(reading, finished, timestamp);
        }

        if (schedule.TakeHeldUp(Now) is { Count: > 0 } heldUp)
        {
            var at = timeProvider.GetTimestamp();
            var failure = new PipelineReading("", PipelineCondition.Timeout, Reason: "the backend answers nothing");
            var failed = new FinishedRead(BackendAnswer.Failed(heldUp, failure), _updateNumber, at, at);
            foreach (var reading in failed.Answer.Readings) Take(reading, failed, timestamp);
        }

        foreach (var pipelineId in schedule.DropExpired(Now)) Forget(pipelineId);
    }

    private void Take(in PipelineReading reading, in FinishedRead finished, long timestamp)
    {
        var now = Now;
        if (!schedule.Complete(reading, now)) return;
        if (IsFromBeforeAPause(reading, finished))
        {
            schedule.Refresh(reading.PipelineId, now);
            return;
        }

        _pending.Include(finished);
        if (reading.Condition.IsUnavailable()) _failuresInARow++;
        else (_failuresInARow, _goodReadAt) = (0, now);
        if (reader.Keep(reading) is { } document) _pending.Store(document);
        if (reader.LacksDocument(reading)) schedule.Refresh(reading.PipelineId, now);
        var interval = schedule.IntervalOf(reading.PipelineId);
        var before = _known.GetValueOrDefault(reading.PipelineId);
        var record = reading.Advance(before, new StatusVersion(term.Epoch, _sequence + 1), timestamp);
        if (record is null)
        {
            _pending.Confirm(reading.PipelineId, interval);
            return;
        }

        _sequence++;
        _known[record.PipelineId] = record;
        _pending.Change(record, interval);
        Trace(before, record, timeProvider.GetElapsedTime(finished.BegunAt, finished.EndedAt));
        LogChange(before, record, reading);
    }

    private void Forget(string pipelineId)
    {
        _known.Remove(pipelineId);
        _pending.Forget(pipelineId);
        reader.Forget(pipelineId);
    }

    /// <summary>A good answer that is older than any read may take lay in a process that stood still: it confirms nothing as of now.</summary>
    private bool IsFromBeforeAPause(in PipelineReading reading, in FinishedRead finished) =>
        !reading.Condition.IsUnavailable() && timeProvider.GetElapsedTime(finished.BegunAt) > cadence.RequestTimeout + PauseTolerance;

    private void Trace(PipelineRecord? before, PipelineRecord record, TimeSpan duration)
    {
        if (!ChangeTrace.IsOn || record.ChangesFieldsAlone || _trace is not null || Now < _nextTrace) return;
        _nextTrace = Now + ChangeTrace.MinInterval;
        var now = timeProvider.GetUtcNow();
        _trace = ChangeTrace.Begin(before, record, now - duration, now);
    }

    private void LogChange(PipelineRecord? before, PipelineRecord record, in PipelineReading reading)
    {
        var wasFine = before is null or { Condition: PipelineCondition.Ok };
        if (record.Condition != PipelineCondition.Ok && wasFine)
            logger.EpisodeBegan(record.PipelineId, reading.Address is { } address ? $"{reading.Reason} (GET {address})" : reading.Reason);
        else if (record.Condition == PipelineCondition.Ok && !wasFine) logger.EpisodeEnded(record.PipelineId);
        else if (record.Status != before?.Status) logger.StatusChanged(record.PipelineId, before?.Status?.Name() ?? "none", record.Status?.Name() ?? "none");
    }
}
