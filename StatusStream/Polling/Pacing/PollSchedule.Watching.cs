namespace PipelineAspire.StatusStream.Polling.Pacing;

/// <summary>Which pipelines are on the schedule, and for how long.</summary>
internal sealed partial class PollSchedule
{
    /// <summary>How often what nobody watches any more is looked for, at most.</summary>
    private static readonly TimeSpan RestLookEvery = TimeSpan.FromSeconds(1);

    private const double GoldenRatio = 0.6180339887498949;

    private long _phases;
    private int _resting;
    private TimeSpan _nextExpiry = TimeSpan.MaxValue;

    /// <summary>Puts a pipeline on the schedule, due at once, or keeps it there.</summary>
    /// <param name="pipelineId">The pipeline.</param>
    /// <param name="now">The time.</param>
    /// <param name="until">When to drop it again; null for as long as it is watched.</param>
    /// <param name="lastRead">Where another poller left it, if one did: it is due when it would have been.</param>
    /// <returns>False when there is no room for it.</returns>
    public bool Watch(string pipelineId, TimeSpan now, TimeSpan? until = null, LastRead? lastRead = null)
    {
        if (until is { } expiry) _nextExpiry = Min(_nextExpiry, expiry);
        if (_pipelines.TryGetValue(pipelineId, out var pipeline))
        {
            pipeline.Until = until;
            Rouse(pipeline);
            return true;
        }

        if (_pipelines.Count - _resting >= _limits.MaxPipelines) return false;

        // Golden-ratio steps keep any number of phases evenly apart, whenever their pipelines arrive.
        pipeline = new ScheduledPipeline(pipelineId, (_phases++ * GoldenRatio) % 1.0) { Until = until, Started = lastRead?.At };
        _pipelines.Add(pipelineId, pipeline);
        _tally.Add(pipeline.Pace, _cadence);
        SetPace(pipeline, lastRead?.Pace ?? default);
        Plan(pipeline, lastRead is { } last ? last.At + IntervalOf(pipeline) : now);
        return true;
    }

    /// <summary>
    /// Nobody says any more that a pipeline is watched: it stays for as long as was said last, since what was said may have
    /// been lost, and is said again within an interval.
    /// </summary>
    public void Unwatch(string pipelineId, TimeSpan now)
    {
        if (_pipelines.TryGetValue(pipelineId, out var pipeline) && pipeline.Until is null) Watch(pipelineId, now, until: now);
    }

    /// <summary>Says whether somebody has it on the screen; what becomes visible with an old status is read at once.</summary>
    public void Show(string pipelineId, bool isVisible, TimeSpan now)
    {
        if (!_pipelines.TryGetValue(pipelineId, out var pipeline) || pipeline.Pace.IsBackground != isVisible) return;
        SetPace(pipeline, pipeline.Pace with { IsBackground = !isVisible });
        if (isVisible) BringForward(pipeline, now);
    }

    /// <summary>
    /// Takes the pipelines off the schedule whose time on it is over, and names them; one under way stays until it is read, one that
    /// nobody knows for a minute after it was.
    /// </summary>
    public IReadOnlyList<string> DropExpired(TimeSpan now)
    {
        if (now < _nextExpiry) return [];
        _nextExpiry = TimeSpan.MaxValue;
        var expired = new List<string>();
        foreach (var pipeline in _pipelines.Values)
        {
            if (pipeline.Until is not { } until) continue;
            if (until > now || pipeline.IsUnderWay) _nextExpiry = Min(_nextExpiry, until);
            else if (IsToRest(pipeline, now)) Rest(pipeline, now);
            else expired.Add(Drop(pipeline));
        }

        return expired;
    }

    private bool IsToRest(ScheduledPipeline pipeline, TimeSpan now) =>
        pipeline.Pace is { IsUnseen: true, Absences: > 0 } or { IsStranger: true }
        && pipeline.Started + PipelinePace.LongestAbsence > now
        && (pipeline.IsResting || _resting < _limits.MaxPipelines);

    private void Rest(ScheduledPipeline pipeline, TimeSpan now)
    {
        if (!pipeline.IsResting) _resting++;
        pipeline.IsResting = true;
        _nextExpiry = Min(_nextExpiry, Max(pipeline.Started!.Value + PipelinePace.LongestAbsence, now + RestLookEvery));
    }

    private void Rouse(ScheduledPipeline pipeline)
    {
        if (!pipeline.IsResting) return;
        pipeline.IsResting = false;
        _resting--;
        if (!pipeline.IsPlanned) Plan(pipeline, pipeline.Due);
    }

    private string Drop(ScheduledPipeline pipeline)
    {
        if (pipeline.IsResting) _resting--;
        pipeline.IsDropped = true;
        _tally.Remove(pipeline.Pace, _cadence);
        _absent.Remove(pipeline);
        _pipelines.Remove(pipeline.PipelineId);
        return pipeline.PipelineId;
    }
}
