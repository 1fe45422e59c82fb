using System.Collections.Concurrent;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>The backplane of a replica that works alone: what it publishes is what it receives.</summary>
internal sealed class InProcessBackplane : IStatusBackplane
{
    private readonly WatchList _watchList;
    private readonly IStatusReceiver _receiver;
    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _documents = new(StringComparer.Ordinal);
    private IPollRequestReceiver? _poller;

    public InProcessBackplane(WatchList watchList, IStatusReceiver receiver)
    {
        _receiver = receiver;
        _watchList = watchList;
        _watchList.Watched += pipelineIds => _poller?.Watch(pipelineIds);
        _watchList.DocumentsWanted += pipelineIds => _poller?.WantDocuments(pipelineIds);
    }

    public TimeSpan ConfirmationGap => TimeSpan.Zero;

    public void Connect(IPollRequestReceiver? poller) => _poller = poller;

    public ValueTask<PublishOutcome> PublishAsync(LeaseTerm term, PollUpdate update, CancellationToken cancellationToken)
    {
        foreach (var (pipelineId, json) in update.Documents)
        {
            if (json.IsEmpty) _documents.TryRemove(pipelineId, out _);
            else _documents[pipelineId] = json;
        }

        foreach (var pipelineId in update.Forgotten) _documents.TryRemove(pipelineId, out _);
        _receiver.Receive(update);
        return ValueTask.FromResult(PublishOutcome.Stored);
    }

    public ValueTask<IReadOnlyList<AgedRecord>> LoadAsync(LeaseTerm term, CancellationToken cancellationToken)
    {
        _documents.Clear(); // left over from an earlier term: whoever polls now reads them anew
        return ValueTask.FromResult(_receiver.Known());
    }

    public ValueTask<IReadOnlyList<WatchedPipeline>> GetWatchedAsync(LeaseTerm term, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_watchList.Current());

    public ValueTask NotifyAsync(IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken)
    {
        _poller?.Refresh(pipelineIds);
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> CatchUpAsync(StatusVersion version, CancellationToken cancellationToken) => ValueTask.FromResult(true);

    public ValueTask<ReadOnlyMemory<byte>?> FindDocumentAsync(string pipelineId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_documents.TryGetValue(pipelineId, out var json) ? json : default(ReadOnlyMemory<byte>?));
}
