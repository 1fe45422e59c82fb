using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>The backend that knows the pipelines.</summary>
internal interface IPipelineBackend
{
    /// <summary>
    /// Reads one pipeline within the configured deadline. Failures are readings too; it throws only when
    /// <paramref name="cancellationToken"/> is cancelled.
    /// </summary>
    ValueTask<PipelineReading> ReadAsync(string pipelineId, CancellationToken cancellationToken);

    /// <summary>Reads the backend's list of pipelines as JSON, UTF-8.</summary>
    /// <exception cref="BackendException">The list could not be read.</exception>
    ValueTask<ReadOnlyMemory<byte>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>The backend could not be read.</summary>
/// <param name="message">Why, for people.</param>
/// <param name="timedOut">True when it did not answer in time.</param>
internal sealed class BackendException(string message, bool timedOut) : Exception(message)
{
    /// <summary>True when the backend did not answer in time.</summary>
    public bool TimedOut { get; } = timedOut;
}
