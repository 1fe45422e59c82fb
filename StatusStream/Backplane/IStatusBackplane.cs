using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>
/// What the replicas share: the statuses, what is watched, and requests to look now. A replica hears of its own polls
/// through here too, so there is one road whoever polled.
/// </summary>
internal interface IStatusBackplane
{
    /// <summary>How long readings that only confirm may be held back, to be published together.</summary>
    TimeSpan ConfirmationGap { get; }

    /// <summary>Joins the poller of this replica, which then hears of new interest and of calls to look now; null when it polls no longer.</summary>
    void Connect(IPollRequestReceiver? poller);

    /// <summary>Stores an update and tells every replica, in one act.</summary>
    ValueTask<PublishOutcome> PublishAsync(LeaseTerm term, PollUpdate update, CancellationToken cancellationToken);

    /// <summary>What is shared now: where a new poller goes on from.</summary>
    ValueTask<IReadOnlyList<AgedRecord>> LoadAsync(LeaseTerm term, CancellationToken cancellationToken);

    /// <summary>What has to be read: what any replica's clients watch, or this one's alone in an isolated term.</summary>
    ValueTask<IReadOnlyList<WatchedPipeline>> GetWatchedAsync(LeaseTerm term, CancellationToken cancellationToken);

    /// <summary>Asks whoever polls to read these pipelines now; those that nobody watches are passed over.</summary>
    ValueTask NotifyAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken);

    /// <summary>
    /// Brings this replica up to <paramref name="version"/>, which a client has seen already: an unknown epoch or a
    /// sequence ahead of ours re-reads the shared statuses. False when that failed, or took longer than one
    /// <see cref="PollCadence.RequestTimeout"/>, so that what is known here may be older.
    /// </summary>
    ValueTask<bool> CatchUpAsync(StatusVersion version, CancellationToken cancellationToken);

    /// <summary>
    /// The backend's whole answer about a pipeline, when somebody has asked for it (<see cref="WatchList"/>) and it was read since; else
    /// null.
    /// </summary>
    ValueTask<ReadOnlyMemory<byte>?> FindDocumentAsync(string pipelineId, CancellationToken cancellationToken);
}
