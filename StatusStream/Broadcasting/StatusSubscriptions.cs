using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>
/// The one front door for watching: says what is watched, catches up with what the client has seen, joins the fan-out, and undoes
/// it all in reverse.
/// </summary>
internal sealed class StatusSubscriptions(
    WatchList watchList, IStatusBackplane backplane, StatusBroadcaster broadcaster, PollCadence cadence, TimeProvider timeProvider)
{
    /// <summary>
    /// Opens a subscription. Its first batch is due after one <see cref="PollCadence.RequestTimeout"/> at the latest,
    /// counted from this call.
    /// </summary>
    /// <param name="pipelineIds">The pipelines, no two alike.</param>
    /// <param name="lastEventId">What the client has seen already: it is told nothing older.</param>
    /// <param name="cancellationToken">The client has left.</param>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    public async ValueTask<StatusSubscription> OpenAsync(IReadOnlyList<string> pipelineIds, StatusVersion? lastEventId, CancellationToken cancellationToken)
    {
        var opened = timeProvider.GetTimestamp();
        watchList.Add(pipelineIds);
        try
        {
            var isCaughtUp = lastEventId is not { } seen || await backplane.CatchUpAsync(seen, cancellationToken);
            var subscriber = broadcaster.Subscribe(pipelineIds, isCaughtUp ? null : lastEventId);
            return new StatusSubscription(watchList, broadcaster, subscriber, cadence.RequestTimeout - timeProvider.GetElapsedTime(opened), timeProvider);
        }
        catch
        {
            watchList.Remove(pipelineIds);
            throw;
        }
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
}
