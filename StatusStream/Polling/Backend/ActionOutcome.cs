namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>What became of an action.</summary>
internal enum ActionResult
{
    /// <summary>The backend took it.</summary>
    Accepted,

    /// <summary>The backend would not: the state of the pipeline, or whoever asks, forbids it.</summary>
    Refused,

    /// <summary>The backend failed, or could not be reached.</summary>
    Failed,

    /// <summary>The backend has not answered in time; nobody knows whether it was done.</summary>
    TimedOut,
}

/// <summary>The backend's answer to an action.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="StatusCode">The backend's own status code; null without an answer.</param>
/// <param name="Words">The backend's own words, or what was in the way; null when nothing was said.</param>
/// <param name="RetryAfter">How long the backend asks to be left alone.</param>
internal sealed record ActionOutcome(ActionResult Result, int? StatusCode = null, string? Words = null, TimeSpan? RetryAfter = null);
