namespace PipelineAspire.StatusStream.Polling.Pacing;

/// <summary>What the backend may be asked.</summary>
internal sealed record ScheduleLimits
{
    /// <summary>How many requests may be under way at once.</summary>
    public int MaxConcurrentReads { get; init; } = 256;

    /// <summary>How many pipelines may be watched; one more is not read.</summary>
    public int MaxPipelines { get; init; } = 20_000;

    /// <summary>How many requests may be made in a second; null for any number.</summary>
    public double? MaxRequestsPerSecond { get; init; }

    /// <summary>How many pipelines one request may be for; null where each needs one of its own.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The size of a batch that is about all pipelines.</summary>
    public const int All = int.MaxValue;
}

/// <summary>A request to make: for one pipeline, or for a batch.</summary>
/// <param name="PipelineId">The pipeline; of a batch the first.</param>
/// <param name="Batch">All pipelines of a batch; null for a read of one.</param>
internal readonly record struct PlannedRead(string PipelineId, IReadOnlyList<string>? Batch = null);

/// <summary>Where another poller left a pipeline.</summary>
/// <param name="At">When it was read last, as an offset from the schedule's origin; that may lie before it.</param>
/// <param name="Pace">Its pace then.</param>
internal readonly record struct LastRead(TimeSpan At, PipelinePace Pace);
