using System.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Diagnostics;

/// <summary>
/// The trace of one change: from the read that found it through the backplane to the streams of every replica. Nothing is
/// made where nobody listens, and only some changes are traced, so that a storm of them costs no more than a few.
/// </summary>
internal static class ChangeTrace
{
    /// <summary>The name of the activity source.</summary>
    public const string SourceName = "PipelineAspire.StatusStream";

    /// <summary>The shortest time between two traced changes of one poller.</summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(100);

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>True while somebody listens.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>Begins the trace of a change, with the read that found it behind it. The caller disposes of it once the change is published.</summary>
    /// <param name="before">What was known; null for a pipeline read for the first time.</param>
    /// <param name="record">What is known now.</param>
    /// <param name="readAt">When the read began.</param>
    /// <param name="now">When it was over.</param>
    public static Activity? Begin(PipelineRecord? before, PipelineRecord record, DateTimeOffset readAt, DateTimeOffset now)
    {
        var to = record.Condition == PipelineCondition.Ok ? record.Status?.Name() : record.Condition.ToString();
        var change = Start($"{record.PipelineId} → {to}", ActivityKind.Internal, parent: default, readAt);
        change?.SetTag("pipeline.id", record.PipelineId)
            .SetTag("pipeline.status", record.Status?.Name())
            .SetTag("pipeline.previous_status", before?.Status?.Name())
            .SetTag("pipeline.condition", record.Condition.ToString())
            .SetTag("pipeline.version", record.Version.ToString());
        using var read = change is null ? null : Start("read the backend", ActivityKind.Client, change.Context, readAt);
        read?.SetEndTime(now.UtcDateTime);
        return change;
    }

    /// <summary>Storing the change and telling every replica of it.</summary>
    public static Activity? Publish(Activity? change) => change is null ? null : Start("publish", ActivityKind.Producer, change.Context);

    /// <summary>Telling the change to the streams of this replica.</summary>
    /// <param name="traceParent">What the update says of its trace, in the form of W3C; null for one without.</param>
    public static Activity? Deliver(string? traceParent) =>
        traceParent is not null && ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var context)
            ? Start("deliver to streams", ActivityKind.Consumer, context)
            : null;

    /// <summary>Starts an activity that is nobody's parent by chance: reads and streams that begin meanwhile are no part of it.</summary>
    private static Activity? Start(string name, ActivityKind kind, ActivityContext parent, DateTimeOffset startTime = default)
    {
        var current = Activity.Current;
        if (parent == default) Activity.Current = null; // else it would be the parent
        var activity = Source.StartActivity(name, kind, parent, startTime: startTime);
        Activity.Current = current;
        return activity;
    }
}
