using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>A change of what one client watches. What is removed and added at once is watched afterwards.</summary>
/// <param name="Revision">Numbers the changes of a stream.</param>
/// <param name="Add">Pipelines to watch, no two alike; those that are watched already are told again.</param>
/// <param name="Remove">Pipelines to watch no longer.</param>
/// <param name="Visible">All that is on the screen now, watched or not; null when that has not changed.</param>
internal sealed record WatchChange(long Revision, IReadOnlyList<string> Add, IReadOnlyList<string> Remove, IReadOnlySet<string>? Visible)
{
    /// <summary>What the client has seen of the added pipelines already: it is told nothing older.</summary>
    public StatusVersion? LastEventId { get; init; }

    /// <summary>Those of the added pipelines whose status it knows as of that, as a <see cref="KnownPipelines.Hash"/>.</summary>
    public ulong? Known { get; init; }
}
