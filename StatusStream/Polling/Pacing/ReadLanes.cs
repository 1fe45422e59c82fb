using System.Diagnostics.CodeAnalysis;

namespace PipelineAspire.StatusStream.Polling.Pacing;

/// <summary>In what a pipeline that is due waits for its turn.</summary>
internal enum ReadLane
{
    /// <summary>Reads of their own that are not to wait for a batch.</summary>
    Urgent,

    /// <summary>Pipelines that have been promised a read by now.</summary>
    Due,

    /// <summary>Pipelines that have never been read: they wait rather than break a promise.</summary>
    First,

    /// <summary>Failing ones, while the backend answers nothing.</summary>
    Probe,
}

/// <summary>The planned reads in the order of their times, and those whose time has come in lanes. A newer plan of a pipeline makes older ones void.</summary>
internal sealed class ReadLanes
{
    /// <summary>Void plans per pipeline that are borne with before they are swept out.</summary>
    private const int PlansPerPipeline = 4;

    private readonly PriorityQueue<(ScheduledPipeline Pipeline, int Plan), TimeSpan> _planned = new();
    private readonly Queue<(ScheduledPipeline Pipeline, int Plan)>[] _lanes = [new(), new(), new(), new()];

    /// <summary>How many plans are kept, void ones included.</summary>
    public int Count => _planned.Count + _lanes.Sum(lane => lane.Count);

    public void Plan(ScheduledPipeline pipeline, TimeSpan due)
    {
        if (pipeline.IsPlanned && pipeline.Due == due) return;
        pipeline.Due = due;
        pipeline.IsPlanned = true;
        _planned.Enqueue((pipeline, ++pipeline.Plan), due);
    }

    /// <summary>Calls to look now leave plans behind that lie far ahead when the interval is long: they must not pile up.</summary>
    public void SweepVoidPlans(int pipelines)
    {
        if (_planned.Count <= PlansPerPipeline * Math.Max(pipelines, 4)) return;
        var valid = _planned.UnorderedItems.Where(item => IsValid(item.Element.Pipeline, item.Element.Plan)).ToList();
        _planned.Clear();
        _planned.EnqueueRange(valid);
    }

    /// <summary>How many wait in a lane, void ones included.</summary>
    public int Waiting(ReadLane lane) => _lanes[(int)lane].Count;

    /// <summary>Whose time has come joins a lane.</summary>
    public void Join(ReadLane lane, ScheduledPipeline pipeline) => _lanes[(int)lane].Enqueue((pipeline, pipeline.Plan));

    /// <summary>Takes the first of a lane.</summary>
    public bool TryTake(ReadLane lane, [NotNullWhen(true)] out ScheduledPipeline? pipeline)
    {
        if (!TryPeek(lane)) return Nothing(out pipeline);
        pipeline = _lanes[(int)lane].Dequeue().Pipeline;
        return true;
    }

    /// <summary>True when somebody waits in a lane.</summary>
    public bool TryPeek(ReadLane lane)
    {
        var queue = _lanes[(int)lane];
        while (queue.TryPeek(out var next))
        {
            if (IsValid(next.Pipeline, next.Plan)) return true;
            queue.Dequeue();
        }

        return false;
    }

    /// <summary>Takes the first planned pipeline that is due by <paramref name="until"/>.</summary>
    public bool TryTakePlanned(TimeSpan until, [NotNullWhen(true)] out ScheduledPipeline? pipeline)
    {
        if (NextPlanned() is not { } due || due > until) return Nothing(out pipeline);
        pipeline = _planned.Dequeue().Pipeline;
        return true;
    }

    /// <summary>When the first planned pipeline is due; null for none.</summary>
    public TimeSpan? NextPlanned()
    {
        while (_planned.TryPeek(out var next, out var due))
        {
            if (IsValid(next.Pipeline, next.Plan)) return due;
            _planned.Dequeue();
        }

        return null;
    }

    private static bool IsValid(ScheduledPipeline pipeline, int plan) =>
        !pipeline.IsDropped && !pipeline.IsUnderWay && pipeline.IsPlanned && pipeline.Plan == plan;

    private static bool Nothing(out ScheduledPipeline? pipeline)
    {
        pipeline = null;
        return false;
    }
}
