namespace PipelineAspire.StatusStream.Polling.Pacing;

/// <summary>
/// Fills batches: with what is due, and with what will be soon, so that few requests bring many pipelines. Pipelines that were read
/// together are due together from then on, and so stay together.
/// </summary>
/// <param name="lanes">What is planned.</param>
/// <param name="size">How many pipelines one request may be for; <see cref="ScheduleLimits.All"/> where it is about all.</param>
/// <param name="interval">How often a pipeline is read.</param>
/// <param name="intervalOf">Within what time one is read again.</param>
internal sealed class BatchPicker(ReadLanes lanes, int size, TimeSpan interval, Func<ScheduledPipeline, TimeSpan> intervalOf)
{
    /// <summary>So many urgent reads at once are made one by one; more of them are a batch.</summary>
    public const int FastLane = 8;

    /// <summary>True for a pipeline that is not to wait for a batch, or that none can bring.</summary>
    public static bool IsUrgent(ScheduledPipeline pipeline, TimeSpan now) =>
        pipeline.Started is null || pipeline.Pace.IsMoving || pipeline.IsReadAlone(now);

    /// <summary>The pipelines of a batch that begins with <paramref name="first"/>.</summary>
    /// <param name="first">The first; it is under way already.</param>
    /// <param name="isNew">True when it was never read: then its phase says when the batch is due next, since many may begin at once.</param>
    /// <param name="slot">Where they are under way.</param>
    /// <param name="all">All pipelines on the schedule.</param>
    /// <param name="tally">How many need how many reads.</param>
    /// <param name="now">The time.</param>
    public List<string> Fill(
        ScheduledPipeline first, bool isNew, ReadSlot slot, IReadOnlyCollection<ScheduledPipeline> all, PaceTally tally, TimeSpan now)
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
            pipeline.Phase = isNew ? first.Phase : first.Due / intervalOf(pipeline) % 1.0;
            pipeline.Start(slot, now);
            batch.Add(pipeline.PipelineId);
            return true;
        }
    }
}
