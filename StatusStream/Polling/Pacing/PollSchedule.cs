using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Pacing;

/// <summary>
/// Decides which pipeline is read when. Pure: it is told the time and never waits. Reads of all pipelines are spread over the
/// interval, each pipeline once per interval of its own pace at its own phase; a pipeline that is new is read at once. Reads of one
/// pipeline never overlap. All times are offsets from one origin.
/// </summary>
internal sealed partial class PollSchedule
{
    /// <summary>Requests to look now are honoured at most this often for one pipeline.</summary>
    public static readonly TimeSpan RefreshGap = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest that a backend's Retry-After is honoured.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(60);

    private readonly PollCadence _cadence;
    private readonly ScheduleLimits _limits;
    private readonly Dictionary<string, ScheduledPipeline> _pipelines = new(StringComparer.Ordinal);
    private readonly HashSet<ScheduledPipeline> _absent = [];
    private readonly ReadLanes _lanes = new();
    private readonly ReadSlots _slots;
    private readonly RequestGate _budget = new();
    private readonly RequestGate _probes = new();
    private readonly BackendOutage _outage;
    private readonly BatchPicker? _batches;
    private readonly PaceTally _tally = new();
    private readonly BudgetStretch? _stretch;

    public PollSchedule(PollCadence cadence, ScheduleLimits limits)
    {
        (_cadence, _limits) = (cadence, limits);
        _slots = new ReadSlots(limits.MaxConcurrentReads, cadence.Interval);
        _outage = new BackendOutage(cadence.Interval);
        if (limits.BatchSize is { } size) _batches = new BatchPicker(_lanes, size, cadence.Interval, IntervalOf);
        if (limits.MaxRequestsPerSecond is { } perSecond) _stretch = new BudgetStretch(perSecond);
    }

    /// <summary>The pipelines on the schedule.</summary>
    public IReadOnlyCollection<string> PipelineIds => _pipelines.Keys;

    /// <summary>By how much all intervals are stretched, so that requests fit the budget.</summary>
    public double Stretch => _stretch?.Factor ?? 1;

    /// <summary>True while the backend answers nothing.</summary>
    public bool IsBackendDown => _outage.IsDown;

    /// <summary>True while some watched pipeline is not found, or was never read well: the backend's list may show it.</summary>
    public bool IsAnyMissing => _absent.Count > _resting; // nobody waits for one that rests

    /// <summary>True when each batch is an answer about all, and so a list.</summary>
    public bool BatchesShowAll => _limits.BatchSize == ScheduleLimits.All;

    /// <summary>How many pipelines are at which pace.</summary>
    public PaceTally Tally => _tally;

    /// <summary>How many requests a second the backend is asked with these paces, within the budget.</summary>
    public double RequestsPerSecond => _tally.RequestsPerSecond(_limits.BatchSize, _cadence.Interval) / Stretch;

    /// <summary>How many plans are kept, void ones included.</summary>
    internal int PlannedReads => _lanes.Count;

    /// <summary>Within what time a pipeline is read again.</summary>
    public TimeSpan IntervalOf(string pipelineId) => _pipelines.TryGetValue(pipelineId, out var pipeline) ? IntervalOf(pipeline) : _cadence.Interval;

    /// <summary>True when nothing has been due for an interval.</summary>
    public bool IsOnTime(TimeSpan now) => !(NextWake(now - _cadence.Interval) <= now - _cadence.Interval);

    /// <summary>Says whether somebody wants the whole answer; if so, it is read at once, unless it is being read.</summary>
    public void WantDocument(string pipelineId, bool isWanted, TimeSpan now)
    {
        if (!_pipelines.TryGetValue(pipelineId, out var pipeline) || pipeline.WantsDocument == isWanted) return;
        pipeline.WantsDocument = isWanted;
        if (isWanted && !pipeline.IsUnderWay) LookNow(pipeline, now); // the read under way may bring it
    }

    /// <summary>
    /// Reads a pipeline as soon as its pace allows; after the read under way, if there is one: that may be too old. An id that nobody
    /// knows is read once a minute, whoever calls.
    /// </summary>
    public void Refresh(string pipelineId, TimeSpan now)
    {
        if (!_pipelines.TryGetValue(pipelineId, out var pipeline) || pipeline.Pace.IsStranger) return;
        SetPace(pipeline, pipeline.Pace.Revived());
        LookNow(pipeline, now);
    }

    /// <summary>The backend's list was read: what it shows and reads did not find is read once at once.</summary>
    public void Listed(IReadOnlySet<string> pipelineIds, TimeSpan now)
    {
        foreach (var pipeline in _absent.ToArray())
        {
            var isListed = pipelineIds.Contains(pipeline.PipelineId);
            if (pipeline.Pace.IsUnlisted == isListed)
            {
                SetPace(pipeline, pipeline.Pace with { IsUnlisted = !isListed });
                if (!isListed && !pipeline.IsUnderWay) Plan(pipeline, NextAtPhase(pipeline, now));
            }

            if (isListed && !pipeline.IsListedInVain) LookNow(pipeline, now);
            pipeline.IsListedInVain = isListed;
        }
    }

    /// <summary>Takes the next request that is due, if one may be made now.</summary>
    public bool TryTake(TimeSpan now, out PlannedRead read)
    {
        read = default;
        while (_lanes.TryTakePlanned(now, out var due)) Join(due, now);
        _slots.FreeOld(now);
        if (!_slots.IsFree || (_stretch is not null && !_budget.IsOpen(now))) return false;
        if (Next(now) is not ({ } first, var isAlone)) return false;
        var (slot, isNew) = (_slots.Take(now), first.Started is null);
        first.Start(slot, now);
        if (isNew && isAlone && Stretch > 1) first.Phase = PhaseAt(now, IntervalOf(first));
        if (_limits.MaxRequestsPerSecond is { } perSecond) _budget.Pass(now, perSecond);
        read = new PlannedRead(first.PipelineId, isAlone ? null : _batches!.Fill(first, isNew, slot, _pipelines.Values, _tally, now));
        return true;
    }

    /// <summary>True when a request that is none of the schedule's fits the budget; it is spent then.</summary>
    public bool TrySpend(TimeSpan now)
    {
        if (_limits.MaxRequestsPerSecond is not { } perSecond) return true;
        if (!_budget.IsOpen(now)) return false;
        _budget.Pass(now, perSecond);
        return true;
    }

    /// <summary>A read is over; plans the next one. False when no such read is under way, so that its reading is void.</summary>
    public bool Complete(in PipelineReading reading, TimeSpan now)
    {
        if (!_pipelines.TryGetValue(reading.PipelineId, out var pipeline) || !pipeline.IsUnderWay) return false;
        Finish(pipeline);
        SetPace(pipeline, pipeline.Pace.After(reading));
        if (_outage.Note(reading.Condition, _tally.Failing, _tally.Measured, now) && !_outage.IsDown) BringAllBack(now);
        pipeline.NotBefore = reading.RetryAfter is { } wait ? now + Min(wait, LongestRetryAfter) : TimeSpan.Zero;
        var due = Max(NextAtPhase(pipeline, now), pipeline.NotBefore);
        if (pipeline.RefreshAfterRead)
        {
            pipeline.RefreshAfterRead = false;
            pipeline.IsUrgent = true;
            due = Min(due, Soonest(pipeline, now));
        }

        Plan(pipeline, due);
        return true;
    }

    /// <summary>A batch did not have a pipeline: only a read of its own can tell whether it is there.</summary>
    public void Miss(string pipelineId, TimeSpan now)
    {
        if (!_pipelines.TryGetValue(pipelineId, out var pipeline) || !pipeline.IsUnderWay) return;
        Finish(pipeline);
        pipeline.AloneUntil = now + PipelinePace.LongestAbsence;
        Plan(pipeline, now);
    }

    /// <summary>
    /// While the backend answers nothing: pipelines whose read is due and cannot even begin, since the reads before them hang. They
    /// are failing like the others.
    /// </summary>
    public IReadOnlyList<string> TakeHeldUp(TimeSpan now)
    {
        if (!_outage.IsDown || _slots.IsFree) return [];
        var heldUp = new List<string>();
        foreach (var lane in (ReadLane[])[ReadLane.Urgent, ReadLane.Due, ReadLane.First])
        {
            while (_lanes.TryTake(lane, out var pipeline))
            {
                heldUp.Add(pipeline.PipelineId);
                pipeline.Start(new ReadSlot(now), now);
            }
        }

        return heldUp;
    }

    /// <summary>When to ask again: the next due time, or when a slot or the budget allows what is due; null when there is nothing to wait for.</summary>
    public TimeSpan? NextWake(TimeSpan now)
    {
        var wake = _lanes.NextPlanned();
        var isDue = _lanes.TryPeek(ReadLane.Urgent) || _lanes.TryPeek(ReadLane.Due) || _lanes.TryPeek(ReadLane.First);
        if (!isDue && !_lanes.TryPeek(ReadLane.Probe)) return wake;
        var allowed = Max(_slots.FreeAt(now), _stretch is null ? now : _budget.NextAt(now));
        if (!isDue) allowed = Max(allowed, _probes.NextAt(now));
        return wake < allowed ? wake : allowed;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Soonest(ScheduledPipeline pipeline, TimeSpan now) =>
        Max(Max(now, pipeline.NotBefore), pipeline.Started is { } started ? started + RefreshGap : now);

    private TimeSpan IntervalOf(ScheduledPipeline pipeline) => pipeline.Pace.Interval(_cadence) * Stretch;

    /// <summary>
    /// The phase of what is read now: the budget spreads first reads as it is, and a pipeline whose own phase came sooner would be read
    /// twice before others are read once.
    /// </summary>
    private static double PhaseAt(TimeSpan now, TimeSpan interval) => now.Ticks % interval.Ticks / (double)interval.Ticks;

    /// <summary>The next pipeline whose turn it is, and whether it is read alone.</summary>
    private (ScheduledPipeline Pipeline, bool IsAlone)? Next(TimeSpan now)
    {
        while (_lanes.TryTake(ReadLane.Urgent, out var urgent))
        {
            if (_batches is null || urgent.IsReadAlone(now) || _lanes.Waiting(ReadLane.Urgent) < BatchPicker.FastLane) return (urgent, true);
            _lanes.Join(urgent.Started is null ? ReadLane.First : ReadLane.Due, urgent); // so many at once are a batch
        }

        if (_lanes.TryTake(ReadLane.Due, out var next) || _lanes.TryTake(ReadLane.First, out next)) return (next, _batches is null);
        if (!_probes.IsOpen(now) || !_lanes.TryTake(ReadLane.Probe, out next)) return null;
        _probes.Pass(now, _outage.ProbesPerSecond(_tally.Failing));
        return (next, _batches is null || next.IsReadAlone(now));
    }

    private void Join(ScheduledPipeline pipeline, TimeSpan now)
    {
        if (pipeline.IsResting) pipeline.IsPlanned = false;
        else if (_outage.IsDown && pipeline.Pace.IsFailing) _lanes.Join(ReadLane.Probe, pipeline);
        else if (pipeline.IsUrgent || (_batches is not null && BatchPicker.IsUrgent(pipeline, now))) _lanes.Join(ReadLane.Urgent, pipeline);
        else _lanes.Join(pipeline.Started is null ? ReadLane.First : ReadLane.Due, pipeline);
    }

    private void SetPace(ScheduledPipeline pipeline, PipelinePace pace)
    {
        _tally.Remove(pipeline.Pace, _cadence);
        pipeline.Pace = pace;
        _tally.Add(pace, _cadence);
        if (pace.Absences > 0 || (pace.IsFailing && pace.Status is null)) _absent.Add(pipeline);
        else _absent.Remove(pipeline);
        _stretch?.Plan(_tally.RequestsPerSecond(_limits.BatchSize, _cadence.Interval));
    }

    private void Finish(ScheduledPipeline pipeline)
    {
        var slot = pipeline.Slot!;
        pipeline.Finish();
        _slots.Release(slot);
    }

    private void LookNow(ScheduledPipeline pipeline, TimeSpan now)
    {
        if (pipeline.IsUnderWay)
        {
            pipeline.RefreshAfterRead = true;
            return;
        }

        pipeline.IsUrgent = true;
        pipeline.IsPlanned = pipeline.IsPlanned && pipeline.Due > now; // one that waits already changes lanes
        Plan(pipeline, Min(pipeline.Due, Soonest(pipeline, now)));
    }

    /// <summary>Its interval has become shorter: what was read longer ago than that is read at once.</summary>
    private void BringForward(ScheduledPipeline pipeline, TimeSpan now)
    {
        if (pipeline.IsUnderWay || pipeline.Started is not { } started) return;
        if (started + IntervalOf(pipeline) <= now) LookNow(pipeline, now);
        else Plan(pipeline, Max(Min(pipeline.Due, NextAtPhase(pipeline, now)), pipeline.NotBefore));
    }

    /// <summary>The backend is back: whatever failed is read within an interval.</summary>
    private void BringAllBack(TimeSpan now)
    {
        foreach (var pipeline in _pipelines.Values)
        {
            if (pipeline.IsUnderWay || !pipeline.Pace.IsFailing) continue;
            pipeline.IsPlanned = false;
            Plan(pipeline, Max(NextAtPhase(pipeline, now), pipeline.NotBefore));
        }
    }

    private TimeSpan NextAtPhase(ScheduledPipeline pipeline, TimeSpan now)
    {
        var interval = IntervalOf(pipeline);

        // An answer about all has one rhythm: whatever was in it is not due before the next, so that none is asked for in between.
        var isFromLastRead = BatchesShowAll || pipeline.Pace.Absences > 0 || pipeline.Pace.IsStranger;
        if (isFromLastRead && pipeline.Started is { } started) return Max(now, started + interval);
        var phase = interval * pipeline.Phase; // in whole ticks, or its own instant would be taken for a later one
        return phase + ((Math.Floor((now - phase) / interval) + 1) * interval);
    }

    private void Plan(ScheduledPipeline pipeline, TimeSpan due)
    {
        _lanes.Plan(pipeline, due);
        _lanes.SweepVoidPlans(_pipelines.Count);
    }
}
