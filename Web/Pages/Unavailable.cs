using PipelineAspire.Web.Pipelines;

namespace PipelineAspire.Web.Pages;

/// <summary>Stands in the place of what could not be read.</summary>
/// <param name="RetryUrl">What the page asks until it is answered; null where trying again is no help.</param>
/// <param name="Reason">Why, where that is known.</param>
public sealed record Unavailable(string? RetryUrl, string? Reason)
{
    /// <summary>The outcome of a read that found nothing.</summary>
    public static Unavailable Of(string url, ReadOutcome outcome, string? reason) =>
        new(outcome == ReadOutcome.Misunderstood ? null : url, reason);
}
