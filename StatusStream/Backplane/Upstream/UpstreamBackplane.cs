using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>The backplane of a hub that passes another's streams on: it polls nothing, so nothing is published here.</summary>
internal sealed class UpstreamBackplane(IUpstream upstream, UpstreamLoop loop, UpstreamCatchUps catchUps) : IStatusBackplane
{
    public TimeSpan ConfirmationGap => TimeSpan.Zero;

    public void Connect(IPollRequestReceiver? poller)
    {
    }

    public ValueTask<PublishOutcome> PublishAsync(LeaseTerm term, PollUpdate update, CancellationToken cancellationToken) =>
        ValueTask.FromResult(PublishOutcome.Refused);

    public ValueTask<IReadOnlyList<AgedRecord>> LoadAsync(LeaseTerm term, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<AgedRecord>>([]);

    public ValueTask<IReadOnlyList<WatchedPipeline>> GetWatchedAsync(LeaseTerm term, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<WatchedPipeline>>([]);

    public ValueTask NotifyAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken) =>
        upstream.NotifyAsync(pipelineIds, cancellationToken);

    public async ValueTask<bool> CatchUpAsync(StatusVersion version, CancellationToken cancellationToken)
    {
        var caughtUp = catchUps.WaitAsync(version, out var isNew);
        if (isNew) loop.WakeUp();
        return await caughtUp.WaitAsync(cancellationToken);
    }

    public ValueTask<ReadOnlyMemory<byte>?> FindDocumentAsync(string pipelineId, CancellationToken cancellationToken) =>
        upstream.FindDocumentAsync(pipelineId, cancellationToken);
}
