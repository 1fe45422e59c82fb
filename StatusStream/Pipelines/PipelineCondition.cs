namespace PipelineAspire.StatusStream.Pipelines;

/// <summary>How the newest read of a pipeline went. Anything but <see cref="Ok"/> is an episode of errors.</summary>
public enum PipelineCondition : byte
{
    /// <summary>The backend said a status.</summary>
    Ok,

    /// <summary>The backend answered with an error, with nonsense, or not at all because the connection failed.</summary>
    Error,

    /// <summary>The backend did not answer within the deadline.</summary>
    Timeout,

    /// <summary>The backend says that there is no such pipeline.</summary>
    NotFound,

    /// <summary>It is not read: as many pipelines are watched as may be. Told to those who ask, and never shared.</summary>
    BeyondWatched,

    /// <summary>It is not read for this client, who has asked for as many unknown pipelines as it may. Never shared either.</summary>
    BeyondNew,
}

/// <summary>Groups of <see cref="PipelineCondition"/>.</summary>
internal static class PipelineConditions
{
    /// <summary>True while the backend cannot be read for this pipeline, for whatever reason.</summary>
    public static bool IsUnavailable(this PipelineCondition condition) =>
        condition is PipelineCondition.Error or PipelineCondition.Timeout;

    /// <summary>
    /// True when a stream that was told of <paramref name="told"/> has nothing to learn from <paramref name="now"/>:
    /// an episode is told once, whatever the reads within it fail with.
    /// </summary>
    public static bool IsSameEpisodeAs(this PipelineCondition now, PipelineCondition told) =>
        now == told || (now.IsUnavailable() && told.IsUnavailable());
}
