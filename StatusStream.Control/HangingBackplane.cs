using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Control;

/// <summary>
/// The backplane, with a <see cref="InjectedHang"/> where the poll loop alone passes: streams, lease and health use
/// the rest of it and go on. No cancellation reaches a loop that stands still.
/// </summary>
internal sealed class HangingBackplane(IStatusBackplane backplane, InjectedHang hang) : IStatusBackplane
{
    public TimeSpan ConfirmationGap => backplane.ConfirmationGap;

    public void Connect(IPollRequestReceiver? poller) => backplane.Connect(poller);

    public async ValueTask<PublishOutcome> PublishAsync(LeaseTerm term, PollUpdate update, CancellationToken cancellationToken)
    {
        await hang.WaitAsync(CancellationToken.None);
        return await backplane.PublishAsync(term, update, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<AgedRecord>> LoadAsync(LeaseTerm term, CancellationToken cancellationToken)
    {
        await hang.WaitAsync(CancellationToken.None);
        return await backplane.LoadAsync(term, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<WatchedPipeline>> GetWatchedAsync(LeaseTerm term, CancellationToken cancellationToken)
    {
        await hang.WaitAsync(CancellationToken.None);
        return await backplane.GetWatchedAsync(term, cancellationToken);
    }

    public ValueTask NotifyAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken) =>
        backplane.NotifyAsync(pipelineIds, cancellationToken);

    public ValueTask<bool> CatchUpAsync(StatusVersion version, CancellationToken cancellationToken) => backplane.CatchUpAsync(version, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> FindDocumentAsync(string pipelineId, CancellationToken cancellationToken) =>
        backplane.FindDocumentAsync(pipelineId, cancellationToken);
}
