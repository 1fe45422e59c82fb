using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>
/// The one front door for watching: says what is watched, catches up with what the client has seen, joins the fan-out, and undoes
/// it all in reverse.
/// </summary>
internal sealed class StatusSubscriptions(
    WatchList watchList, IStatusBackplane backplane, StatusBroadcaster broadcaster, DocumentCache documents, PollCadence cadence, TimeProvider timeProvider)
{
    /// <summary>
    /// Opens a subscription. Its first batch is due after one <see cref="PollCadence.RequestTimeout"/> at the latest,
    /// counted from this call.
    /// </summary>
    /// <param name="pipelineIds">The pipelines, no two alike.</param>
    /// <param name="lastEventId">What the client has seen already: it is told nothing older.</param>
    /// <param name="cancellationToken">The client has left.</param>
    /// <param name="refused">Pipelines that are not watched for this client, and why.</param>
    /// <param name="waited">How long it has waited already.</param>
    /// <param name="known">The pipelines whose status it knows as of <paramref name="lastEventId"/>, as a <see cref="KnownPipelines.Hash"/>.</param>
    /// <param name="wantsFields">True when it is told fields, too.</param>
    /// <param name="isRelay">True when it passes on what it is told.</param>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    public async ValueTask<StatusSubscription> OpenAsync(
        IReadOnlyList<string> pipelineIds,
        StatusVersion? lastEventId,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, PipelineCondition>? refused = null,
        TimeSpan waited = default,
        ulong? known = null,
        bool wantsFields = false,
        bool isRelay = false)
    {
        var opened = timeProvider.GetTimestamp();
        IReadOnlyList<string> watched = refused is { Count: > 0 } ? [.. pipelineIds.Where(id => !refused.ContainsKey(id))] : pipelineIds;
        watchList.Add(watched);
        try
        {
            var isCaughtUp = await CatchUpAsync(lastEventId, cancellationToken);
            var subscriber = broadcaster.Subscribe(
                pipelineIds, isCaughtUp ? null : lastEventId, refused, isCaughtUp ? ResumeOf(lastEventId, known) : null, wantsFields, isRelay);
            LookAt(broadcaster.Resting(watched));
            var remaining = cadence.RequestTimeout - waited - timeProvider.GetElapsedTime(opened);
            return new StatusSubscription(this, watchList, broadcaster, subscriber, watched, remaining, timeProvider);
        }
        catch
        {
            watchList.Remove(watched, isRetained: watchList.RetainsStreams);
            throw;
        }
    }

    /// <summary>True when what is known here is not older than what the client has seen.</summary>
    internal async ValueTask<bool> CatchUpAsync(StatusVersion? lastEventId, CancellationToken cancellationToken) =>
        lastEventId is not { } seen || await backplane.CatchUpAsync(seen, cancellationToken);

    /// <summary>What a client knows; null when it does not say both as of what and which.</summary>
    internal static Resume? ResumeOf(StatusVersion? lastEventId, ulong? known) =>
        lastEventId is { } seen && known is { } hash ? new Resume(seen, hash) : null;

    /// <summary>Within what time a change made now is acknowledged.</summary>
    internal TimeSpan ChangeTimeout => cadence.RequestTimeout;

    /// <summary>Who comes to pipelines that rest need not wait as long as they do.</summary>
    internal void LookAt(IReadOnlyList<string> resting)
    {
        if (resting.Count > 0) _ = backplane.NotifyAsync(resting, CancellationToken.None).AsTask();
    }

    /// <summary>
    /// The statuses as a poll is told them. It watches until they are there: a read that takes longer than a pipeline is retained would
    /// else be forgotten together with its pipeline before anybody is told of it.
    /// </summary>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    public async Task<IReadOnlyList<PolledPipeline>> PollAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken)
    {
        watchList.Add(pipelineIds);
        try
        {
            return await broadcaster.PollAsync(pipelineIds, cancellationToken);
        }
        finally
        {
            watchList.Remove(pipelineIds);
        }
    }

    /// <summary>One pipeline's status, and the backend's whole answer where that is known; watches both until they are there, for one poll's time.</summary>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    public async Task<(PolledPipeline Pipeline, ReadOnlyMemory<byte>? Document)> PollDocumentAsync(string pipelineId, CancellationToken cancellationToken)
    {
        string[] ids = [pipelineId];
        watchList.Add(ids, WatchKind.Document);
        try
        {
            var began = timeProvider.GetTimestamp();
            var polled = (await broadcaster.PollAsync(ids, cancellationToken))[0];
            if (await FindAsync() is { } known) return (polled, known);
            if (!HasDocument(polled)) return (polled, null);

            // Read without it, or by a batch: the next read is for it.
            await broadcaster.WaitForReadAsync(
                pipelineId, broadcaster.PollPatience - timeProvider.GetElapsedTime(began), async () => await FindAsync() is not null, cancellationToken);
            polled = broadcaster.Look(ids)[0];
            return (polled, await FindAsync());

            async Task<ReadOnlyMemory<byte>?> FindAsync() =>
                HasDocument(polled) ? await documents.FindAsync(pipelineId, polled.ReadAt, cancellationToken) : null;
        }
        finally
        {
            watchList.Remove(ids, WatchKind.Document);
        }
    }

    private static bool HasDocument(in PolledPipeline polled) => polled is { IsFresh: true, Record.HasPublicStatus: true };
}
