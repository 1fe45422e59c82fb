using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane.Sharing;

/// <summary>
/// The shared state as the protocol of the replicas needs it; Redis in production, a model of it in the simulation.
/// Every call is one atomic act and bounded in time. Each may throw <see cref="SharedStateException"/>, after which it
/// is unknown whether the act took place.
/// </summary>
internal interface ISharedState
{
    /// <summary>An update came by pub/sub: at most once, perhaps late, in the order of its connection.</summary>
    event Action<PollUpdate>? Updated;

    /// <summary>Somebody asks whoever polls to read: watched ones that are new, or ones that may have changed.</summary>
    event Action<PollRequest>? Requested;

    /// <summary>The lease was given back.</summary>
    event Action? LeaseReleased;

    /// <summary>The connection was interrupted: messages may have been missed.</summary>
    event Action? Interrupted;

    /// <summary>Takes the lease if nobody else has it, and begins its epoch, in one act.</summary>
    Task<LeaseAnswer> TryAcquireAsync(string owner, ulong epoch, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Holds the lease for another <paramref name="duration"/>; false when it is not (any longer) this one.</summary>
    Task<bool> RenewAsync(string owner, ulong epoch, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives the lease back if it is this one.</summary>
    Task ReleaseAsync(string owner, ulong epoch, CancellationToken cancellationToken);

    /// <summary>
    /// Stores and publishes an update if the lease is this one (fencing). Repeating an update that was stored already
    /// does nothing.
    /// </summary>
    Task<PublishOutcome> PublishAsync(string owner, PollUpdate update, CancellationToken cancellationToken);

    /// <summary>
    /// Rehearses everything that sharing one loop needs (reads, writes, messages), without changing anything that is
    /// shared, and tells how the shared loop is.
    /// </summary>
    Task<SharedLoopState> RehearseAsync(CancellationToken cancellationToken);

    /// <summary>All that is shared, as of one moment; null when no epoch has begun yet.</summary>
    Task<SharedSnapshot?> SnapshotAsync(CancellationToken cancellationToken);

    /// <summary>Says what is watched here, each for as long as remains; <paramref name="began"/> is for whoever polls, at once.</summary>
    Task AnnounceAsync(IReadOnlyList<WatchedPipeline> watched, PollRequest began, CancellationToken cancellationToken);

    /// <summary>What any replica watches.</summary>
    Task<IReadOnlyList<WatchedPipeline>> GetWatchedAsync(CancellationToken cancellationToken);

    /// <summary>The backend's whole answer about a pipeline, if it is stored.</summary>
    Task<ReadOnlyMemory<byte>?> FindDocumentAsync(string pipelineId, CancellationToken cancellationToken);

    /// <summary>Passes on that these may have changed.</summary>
    Task NotifyAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken);
}

/// <summary>The answer to a request for the lease.</summary>
/// <param name="IsGranted">True when it was taken.</param>
/// <param name="Remaining">How long whoever has it still has it.</param>
internal readonly record struct LeaseAnswer(bool IsGranted, TimeSpan Remaining);

/// <summary>How the shared loop is, as the shared state has it.</summary>
/// <param name="IsLeaseHeld">True while some replica holds the lease.</param>
/// <param name="SinceLastReading">How long ago readings were last published; null when that is not known.</param>
internal readonly record struct SharedLoopState(bool IsLeaseHeld, TimeSpan? SinceLastReading);

/// <summary>A request to whoever polls.</summary>
/// <param name="Watched">Pipelines that somebody began to watch.</param>
/// <param name="RefreshRequested">Pipelines that may have changed.</param>
internal sealed record PollRequest(IReadOnlyList<string> Watched, IReadOnlyList<string> RefreshRequested)
{
    /// <summary>Pipelines whose whole answer somebody wants.</summary>
    public IReadOnlyList<string> Documents { get; init; } = [];

    /// <summary>True when it asks for nothing.</summary>
    public bool IsEmpty => Watched.Count + RefreshRequested.Count + Documents.Count == 0;
}

/// <summary>All that is shared.</summary>
/// <param name="Version">The newest version.</param>
/// <param name="UpdateNumber">The number of the newest update of its epoch.</param>
/// <param name="Known">The statuses.</param>
internal sealed record SharedSnapshot(StatusVersion Version, long UpdateNumber, IReadOnlyList<AgedRecord> Known)
{
    /// <summary>
    /// Epochs that were before the newest one here. What another shared state told (that of another wire version) may
    /// be newer than all that is here.
    /// </summary>
    public IReadOnlySet<ulong> PastEpochs { get; init; } = new HashSet<ulong>();
}

/// <summary>The shared state could not be reached, or did not answer in time.</summary>
internal sealed class SharedStateException(string message, Exception? inner = null) : BackplaneException(message, inner);
