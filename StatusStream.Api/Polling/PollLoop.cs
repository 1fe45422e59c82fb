using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>
/// Polling during one term of the lease. A dumb loop: the schedule says what to read, readings become records, records
/// go to the backplane.
/// </summary>
internal sealed class PollLoop(
    PollTerm term,
    PollInbox inbox,
    PollSchedule schedule,
    PollCadence cadence,
    IPipelineBackend backend,
    IStatusBackplane backplane,
    StatusStreamMetrics metrics,
    TimeProvider timeProvider,
    ILogger logger)
{
    private readonly long _origin = timeProvider.GetTimestamp();
    private readonly Dictionary<string, PipelineRecord> _known = new(StringComparer.Ordinal);
    private long _sequence;

    private TimeSpan Now => timeProvider.GetElapsedTime(_origin);

    private StatusVersion Version => new(term.Epoch, _sequence);

    /// <summary>Polls until cancelled, or until the backplane refuses an update: then the term is over.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var wakeUp = cancellationToken.UnsafeRegister(static inbox => ((PollInbox)inbox!).Wake(), inbox);
        foreach (var record in await backplane.LoadAsync(cancellationToken)) _known[record.PipelineId] = record;

        var nextSweep = Now;
        while (!cancellationToken.IsCancellationRequested)
        {
            var sweeping = Now >= nextSweep;
            if (sweeping)
            {
                await SweepAsync(cancellationToken);
                nextSweep = Now + cadence.Interval;
            }

            TakeRequests();
            var update = TakeFinished();
            if ((sweeping || !IsEmpty(update)) && !await backplane.PublishAsync(update, cancellationToken)) return;

            var now = Now;
            while (schedule.TryTake(now, out var pipelineId)) _ = ReadAsync(pipelineId, cancellationToken);

            var nextRead = schedule.NextWake(now) ?? nextSweep;
            await inbox.WaitAsync((nextRead < nextSweep ? nextRead : nextSweep) - now);
        }
    }

    private static bool IsEmpty(PollUpdate update) => update.Changed.Count + update.Confirmed.Count + update.Forgotten.Count == 0;

    /// <summary>Brings the schedule in line with what is watched: what was only heard of is made sure of here.</summary>
    private async ValueTask SweepAsync(CancellationToken cancellationToken)
    {
        var watched = await backplane.GetWatchedAsync(cancellationToken);
        var now = Now;
        var unwatched = schedule.PipelineIds.ToHashSet(StringComparer.Ordinal);
        foreach (var (pipelineId, remaining) in watched)
        {
            schedule.Watch(pipelineId, now, now + remaining);
            unwatched.Remove(pipelineId);
        }

        foreach (var pipelineId in unwatched) schedule.Watch(pipelineId, now, until: now);
    }

    private void TakeRequests()
    {
        var now = Now;
        while (inbox.Watched.TryDequeue(out var began))
        {
            foreach (var pipelineId in began) schedule.Watch(pipelineId, now);
        }

        while (inbox.Noticed.TryDequeue(out var noticed))
        {
            foreach (var pipelineId in noticed) schedule.LookNow(pipelineId, now);
        }
    }

    private PollUpdate TakeFinished()
    {
        var changed = new List<PipelineRecord>();
        var confirmed = new List<string>();
        var timestamp = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        while (inbox.Finished.TryDequeue(out var reading))
        {
            if (!schedule.Complete(reading.PipelineId, Now, reading.RetryAfter)) continue;
            var before = _known.GetValueOrDefault(reading.PipelineId);
            var record = reading.Advance(before, new StatusVersion(term.Epoch, _sequence + 1), timestamp);
            if (record is null)
            {
                confirmed.Add(reading.PipelineId);
                continue;
            }

            _sequence++;
            _known[record.PipelineId] = record;
            changed.Add(record);
            LogChange(before, record, reading.Reason);
        }

        var forgotten = schedule.DropExpired(Now);
        foreach (var pipelineId in forgotten) _known.Remove(pipelineId);
        return new PollUpdate(Version, changed, confirmed, forgotten);
    }

    private async Task ReadAsync(string pipelineId, CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
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
            reading = new PipelineReading(pipelineId, PipelineCondition.BadAnswer, Reason: e.ToString());
        }

        metrics.ReadFinished(reading.Condition, timeProvider.GetElapsedTime(started));
        inbox.Finish(reading);
    }

    private void LogChange(PipelineRecord? before, PipelineRecord record, string? reason)
    {
        var wasFine = before is null or { Condition: PipelineCondition.Fine };
        if (record.Condition != PipelineCondition.Fine && wasFine) logger.EpisodeBegan(record.PipelineId, reason);
        else if (record.Condition == PipelineCondition.Fine && !wasFine) logger.EpisodeEnded(record.PipelineId);
        else if (record.Status != before?.Status) logger.StatusChanged(record.PipelineId, before?.Status?.Name() ?? "none", record.Status?.Name() ?? "none");
    }
}
