using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Pacing;

namespace PipelineAspire.StatusStream.Tests.Polling.Pacing;

/// <summary>Short ways to say what a schedule is told.</summary>
internal static class Schedules
{
    /// <summary>A schedule with one interval for all.</summary>
    public static PollSchedule Of(TimeSpan interval, int maxConcurrentReads = 256) =>
        new(new PollCadence(interval, TimeSpan.FromSeconds(3)), new ScheduleLimits { MaxConcurrentReads = maxConcurrentReads });

    /// <summary>A read is over, and found the pipeline active.</summary>
    public static bool Complete(this PollSchedule schedule, string pipelineId, TimeSpan now, TimeSpan? retryAfter = null) =>
        schedule.Complete(new PipelineReading(pipelineId, PipelineCondition.Ok, PipelineStatus.Active, RetryAfter: retryAfter), now);

    /// <summary>A read is over, and ended like this.</summary>
    public static bool Complete(this PollSchedule schedule, string pipelineId, PipelineCondition condition, TimeSpan now) =>
        schedule.Complete(new PipelineReading(pipelineId, condition, condition == PipelineCondition.Ok ? PipelineStatus.Active : null), now);

    /// <summary>The next pipeline to be read by a request of its own.</summary>
    public static bool TryTakeOne(this PollSchedule schedule, TimeSpan now, out string pipelineId)
    {
        var isTaken = schedule.TryTake(now, out var read);
        Assert.Null(read.Batch);
        pipelineId = read.PipelineId;
        return isTaken;
    }
}
