using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>A request that is over.</summary>
/// <param name="Answer">What it found.</param>
/// <param name="StartedAfter">The number of the update after which it began.</param>
/// <param name="BegunAt">When it began, as a timestamp of this process.</param>
/// <param name="EndedAt">When it was over, as a timestamp of this process.</param>
internal readonly record struct FinishedRead(BackendAnswer Answer, long StartedAfter, long BegunAt, long EndedAt);

/// <summary>A look at the backend's list that is over.</summary>
/// <param name="PipelineIds">What it shows; null when it could not be read.</param>
/// <param name="Duration">How long it took.</param>
internal readonly record struct FinishedListing(IReadOnlySet<string>? PipelineIds, TimeSpan Duration);
