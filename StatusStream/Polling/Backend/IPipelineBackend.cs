using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Has the list of pipelines: the backend, one of the replicas, or another hub.</summary>
internal interface IPipelineLister
{
    /// <summary>Reads the backend's list of pipelines.</summary>
    /// <param name="known">The last list, which the backend may confirm: the answer is then that one; null for none.</param>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    /// <exception cref="BackendException">The list could not be read.</exception>
    ValueTask<PipelineListing> ListAsync(PipelineListing? known, CancellationToken cancellationToken);
}

/// <summary>The backend that knows the pipelines.</summary>
internal interface IPipelineBackend : IPipelineLister
{
    /// <summary>
    /// Reads one pipeline within the configured deadline. Failures are readings too; it throws only when
    /// <paramref name="cancellationToken"/> is cancelled.
    /// </summary>
    /// <param name="pipelineId">The pipeline.</param>
    /// <param name="known">The last answer, which the backend may confirm instead of repeating it; null to have all of it.</param>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    ValueTask<PipelineReading> ReadAsync(string pipelineId, KnownAnswer? known, CancellationToken cancellationToken);

    /// <summary>
    /// Reads many pipelines in one request, within the configured deadline. A failure is one of all of them; it throws only when
    /// <paramref name="cancellationToken"/> is cancelled.
    /// </summary>
    ValueTask<BackendAnswer> ReadBatchAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken);
}

/// <summary>An answer of the backend about one pipeline that it may confirm by its tag alone.</summary>
/// <param name="ETag">Its entity tag.</param>
/// <param name="Status">The status that it said.</param>
/// <param name="Fields">The fields that it said; null when none was wanted.</param>
internal sealed record KnownAnswer(string ETag, PipelineStatus Status, PipelineFields? Fields = null);

/// <summary>The backend's list of pipelines.</summary>
/// <param name="Json">The list, UTF-8: an array of what the backend says of each.</param>
/// <param name="PipelineIds">The ids in it, as far as they can be pipeline ids.</param>
/// <param name="ETag">Its entity tag, if it has one.</param>
internal sealed record PipelineListing(ReadOnlyMemory<byte> Json, IReadOnlySet<string> PipelineIds, string? ETag = null)
{
    private ListTag? _tag;

    /// <summary>How long ago it was read when it came here: some time when another replica had read it.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>What names it here, whatever the backend calls it; made when it is first asked for.</summary>
    public ListTag Tag => _tag ??= ListTag.Of(this);
}

/// <summary>The backend could not be read.</summary>
/// <param name="message">Why, for people.</param>
/// <param name="timedOut">True when it did not answer in time.</param>
internal sealed class BackendException(string message, bool timedOut) : Exception(message)
{
    /// <summary>True when the backend did not answer in time.</summary>
    public bool TimedOut { get; } = timedOut;
}
