using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane.Sharing;

/// <summary>The backplane of replicas that share one loop.</summary>
internal sealed class SharedBackplane : IStatusBackplane, IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly ISharedState _state;
    private readonly UpdateFeed _feed;
    private readonly InProcessBackplane _alone;
    private readonly WatchList _watchList;
    private readonly InterestPublisher _interest;
    private readonly string _owner;
    private readonly StatusStreamMetrics _metrics;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly bool _isAnythingPaced;
    private IPollRequestReceiver? _sharedPoller;

    public SharedBackplane(
        ISharedState state, UpdateFeed feed, WatchList watchList, InterestPublisher interest, ReplicaName owner,
        PollCadence cadence, StatusStreamMetrics metrics, TimeProvider timeProvider, ILogger<SharedBackplane> logger)
    {
        (_state, _feed, _watchList, _interest, _owner) = (state, feed, watchList, interest, owner.Text);
        _alone = new InProcessBackplane(watchList, feed.Isolated);
        (_metrics, _timeProvider, _logger) = (metrics, timeProvider, logger);
        ConfirmationGap = cadence.Interval / 4;
        _state.Requested += PassOn;
        _watchList.Watched += Announce;
        _watchList.DocumentsWanted += AnnounceDocuments;
        _feed.Rejoined += LookAtAll;
        _isAnythingPaced = cadence.IsAnythingPaced;
    }

    public TimeSpan ConfirmationGap { get; }

    public void Connect(IPollRequestReceiver? poller)
    {
        var isIsolated = _feed.IsIsolated;
        _sharedPoller = isIsolated ? null : poller;
        _alone.Connect(isIsolated ? poller : null);
    }

    public async ValueTask<PublishOutcome> PublishAsync(LeaseTerm term, PollUpdate update, CancellationToken cancellationToken)
    {
        if (term.IsIsolated) return await _alone.PublishAsync(term, update, cancellationToken);
        var sent = update with { Version = update.Version with { Epoch = term.Epoch }, ReadAt = null };
        var outcome = await RetryUntilAnsweredAsync(
            token => _state.PublishAsync(_owner, sent with { ReadAge = update.AgeNow(_timeProvider) }, token), cancellationToken);
        if (outcome != PublishOutcome.Refused) return outcome;
        _metrics.FencingRejected();
        _logger.FencingRejected(update.Version.Epoch);
        return outcome;
    }

    public async ValueTask<IReadOnlyList<AgedRecord>> LoadAsync(LeaseTerm term, CancellationToken cancellationToken) => term.IsIsolated
        ? await _alone.LoadAsync(term, cancellationToken)
        : (await RetryUntilAnsweredAsync(_state.SnapshotAsync, cancellationToken))?.Known ?? [];

    public async ValueTask<IReadOnlyList<WatchedPipeline>> GetWatchedAsync(LeaseTerm term, CancellationToken cancellationToken) => term.IsIsolated
        ? await _alone.GetWatchedAsync(term, cancellationToken)
        : await RetryUntilAnsweredAsync(_state.GetWatchedAsync, cancellationToken);

    public async ValueTask NotifyAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken)
    {
        try
        {
            if (!_feed.IsIsolated)
            {
                await _state.NotifyAsync(pipelineIds, cancellationToken);
                return;
            }
        }
        catch (SharedStateException e)
        {
            _logger.OutOfReach(e.Message);
        }

        // One of the two polls here at the most, and isolation may have begun meanwhile.
        _sharedPoller?.Refresh(pipelineIds);
        await _alone.NotifyAsync(pipelineIds, cancellationToken);
    }

    public async ValueTask<bool> CatchUpAsync(StatusVersion version, CancellationToken cancellationToken) =>
        await _feed.CatchUpAsync(version).WaitAsync(cancellationToken);

    public async ValueTask<ReadOnlyMemory<byte>?> FindDocumentAsync(string pipelineId, CancellationToken cancellationToken)
    {
        if (_feed.IsIsolated) return await _alone.FindDocumentAsync(pipelineId, cancellationToken);
        try
        {
            return await _state.FindDocumentAsync(pipelineId, cancellationToken);
        }
        catch (SharedStateException e)
        {
            _logger.OutOfReach(e.Message);
            return null;
        }
    }

    public void Dispose()
    {
        _state.Requested -= PassOn;
        _watchList.Watched -= Announce;
        _watchList.DocumentsWanted -= AnnounceDocuments;
        _feed.Rejoined -= LookAtAll;
    }

    private void PassOn(PollRequest request)
    {
        if (_sharedPoller is not { } poller) return;
        if (request.Watched.Count > 0) poller.Watch(request.Watched);
        if (request.RefreshRequested.Count > 0) poller.Refresh(request.RefreshRequested);
        if (request.Documents.Count > 0) poller.WantDocuments(request.Documents);
    }

    private void Announce(IReadOnlyList<string> began)
    {
        if (!_feed.IsIsolated) _interest.Announce(began);
    }

    /// <summary>What was observed in isolation stands until a shared read, which need not wait as long as a pipeline may rest.</summary>
    private void LookAtAll()
    {
        if (_isAnythingPaced) _ = NotifyAsync([.. _watchList.Current().Select(pipeline => pipeline.PipelineId)], CancellationToken.None).AsTask();
    }

    private void AnnounceDocuments(IReadOnlyList<string> wanted)
    {
        if (!_feed.IsIsolated) _interest.AnnounceDocuments(wanted);
    }

    /// <summary>
    /// Calls until the shared state answers. One that refuses this for as long as is waited for one that is gone may grant all
    /// else, the lease too: then polling for everybody is not possible.
    /// </summary>
    /// <exception cref="SharedStateException">It refused for too long.</exception>
    private async ValueTask<T> RetryUntilAnsweredAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var began = _timeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                return await call(cancellationToken);
            }
            catch (SharedStateException e)
            {
                if (_timeProvider.GetElapsedTime(began) >= LeaseTimes.Grace)
                {
                    _feed.RefuseSharing(e.Message);
                    throw;
                }

                await Task.Delay(RetryDelay, _timeProvider, cancellationToken);
            }
        }
    }
}
