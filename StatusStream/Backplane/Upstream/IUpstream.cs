namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>Another hub, whose stream this one passes on.</summary>
internal interface IUpstream
{
    /// <summary>Opens a stream at one of its replicas.</summary>
    /// <exception cref="UpstreamException">None of them has given one.</exception>
    Task<IUpstreamStream> OpenAsync(UpstreamRequest request, CancellationToken cancellationToken);

    /// <summary>Asks it to look at pipelines now; failing is nobody's loss but time's.</summary>
    ValueTask NotifyAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken);

    /// <summary>The backend's whole answer about a pipeline, as it says it; null when it says none.</summary>
    ValueTask<ReadOnlyMemory<byte>?> FindDocumentAsync(string pipelineId, CancellationToken cancellationToken);
}

/// <summary>An open stream of another hub.</summary>
internal interface IUpstreamStream : IAsyncDisposable
{
    /// <summary>The next event; null when the stream is over.</summary>
    /// <exception cref="UpstreamException">The connection broke, or what came makes no sense.</exception>
    ValueTask<UpstreamEvent?> NextAsync(CancellationToken cancellationToken);

    /// <summary>Asks for a change.</summary>
    /// <exception cref="UpstreamException">Nobody can be asked.</exception>
    Task<UpstreamAnswer> ChangeAsync(UpstreamChange change, CancellationToken cancellationToken);

    /// <summary>Says that its replica does not do what it promises: the next stream is asked for at others first.</summary>
    void MarkFailed();
}

/// <summary>The answer to a change of a stream.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="RetryAfter">When it may be tried again, where it came too often.</param>
/// <param name="MaxPipelines">How many pipelines the stream may be about, where they were too many.</param>
internal readonly record struct UpstreamAnswer(UpstreamOutcome Outcome, TimeSpan RetryAfter = default, int? MaxPipelines = null);

/// <summary>What became of a change of a stream.</summary>
internal enum UpstreamOutcome
{
    /// <summary>A batch on the stream acknowledges it.</summary>
    Accepted,

    /// <summary>There is no such stream any more.</summary>
    NoSuchStream,

    /// <summary>It is to be tried again later.</summary>
    TooOften,

    /// <summary>The stream would be about more pipelines than it may.</summary>
    TooManyPipelines,
}

/// <summary>Another hub could not be reached, or said something that makes no sense.</summary>
internal sealed class UpstreamException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>True when a request may have been received all the same.</summary>
    public bool MayBeReceived { get; init; }
}
