using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>What the poller tells every replica at once.</summary>
/// <param name="Version">The poller's epoch, and its sequence after <paramref name="Changed"/>.</param>
/// <param name="Changed">The records that changed, in the order of their versions.</param>
/// <param name="Confirmed">Pipelines whose read found what is known already.</param>
/// <param name="Forgotten">Pipelines that nobody watches any more and that are no longer read.</param>
public sealed record PollUpdate(
    StatusVersion Version,
    IReadOnlyList<PipelineRecord> Changed,
    IReadOnlyList<string> Confirmed,
    IReadOnlyList<string> Forgotten);
