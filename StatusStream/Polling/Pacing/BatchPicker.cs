namespace PipelineAspire.StatusStream.Polling.Pacing;

/// <summary>
/// Fills batches: with what is due, and with what will be soon, so that few requests bring many pipelines. Pipelines that were read
/// together share a phase from then on, and so stay together.
/// </summary>
/// <param name="lanes">What is planned.</param>
/// <param name="size">How many pipelines one request may be for; <see cref="ScheduleLimits.All"/> where it is about all.</param>
/// <param name="interval">How often a pipeline is read.</param>
internal sealed class BatchPicker(ReadLanes lanes, int size, TimeSpan interval)
{
    /// <summary>So many urgent reads at once are made one by one; more of them are a batch.</summary>
    public const int FastLane = 8;

    /// <summary>True for a pipeline that is not to wait for a batch, or that none can bring.</summary>
    public static bool IsUrgent(ScheduledPipeline pipeline, TimeSpan now) =>
        pipeline.Started is null || pipeline.Pace.IsMoving || pipeline.IsReadAlone(now);

    /// <summary>The pipelines of a batch that begins with <paramref name="first"/>.</summary>
    public List<string> Fill(ScheduledPipeline first, ReadSlot slot, IReadOnlyCollection<ScheduledPipeline> all, PaceTally tally, TimeSpan now)
    {
        var batch = new List<string> { first.PipelineId };
        if (size == ScheduleLimits.All)
        {
            foreach (var pipeline in all) TryAdd(pipeline);
            return batch;
        }

        var left = new List<ScheduledPipeline>();
        foreach (var lane in (ReadLane[])[ReadLane.Due, ReadLane.First, ReadLane.Probe])
        {
            while (batch.Count < size && lanes.TryTake(lane, out var waiting)) AddOrLeave(waiting);
        }

        var window = interval * Math.Min(1, size / Math.Max(tally.BatchedReads(interval), 1));
        while (batch.Count < size && lanes.TryTakePlanned(now + window, out var soon)) AddOrLeave(soon);

        foreach (var pipeline in left)
        {
            pipeline.IsPlanned = false;
            lanes.Plan(pipeline, pipeline.Due);
        }

        return batch;

        void AddOrLeave(ScheduledPipeline pipeline)
        {
            if (!TryAdd(pipeline)) left.Add(pipeline);
        }

        bool TryAdd(ScheduledPipeline pipeline)
        {
            if (pipeline.IsUnderWay || pipeline.IsResting || pipeline.IsReadAlone(now) || pipeline.NotBefore > now) return false;
            if (pipeline.Pace.IsMoving && pipeline.Due > now) return false; // it has a read of its own soon
            pipeline.Phase = first.Phase;
            pipeline.Start(slot, now);
            batch.Add(pipeline.PipelineId);
            return true;
        }
    }
}
