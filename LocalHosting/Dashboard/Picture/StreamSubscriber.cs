using System.Threading.Channels;
using PipelineAspire.LocalHosting.Dashboard.Views;
using PipelineAspire.StatusStream.Client;

namespace PipelineAspire.LocalHosting.Dashboard.Picture;

/// <summary>The dashboard as one more client of the status stream, by the solution's own client: what every page is told, and when.</summary>
internal sealed class StreamSubscriber(Uri web, ControlProbe probe, TimeProvider clock) : IDisposable
{
    private const string ListPath = "/ui-api/pipeline";
    private const int MostPipelines = 200;
    private static readonly TimeSpan ListEvery = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = web, Timeout = Timeout.InfiniteTimeSpan };
    private readonly Channel<Arrival> _arrivals = Channel.CreateBounded<Arrival>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, PipelineView> _pipelines = new(StringComparer.Ordinal);

    public string Connection { get; private set; } = "not connected";

    /// <summary>Changes in the order of their arrival.</summary>
    public ChannelReader<Arrival> Arrivals => _arrivals.Reader;

    public IReadOnlyList<PipelineView> Pipelines()
    {
        lock (_gate) return [.. _pipelines.Values];
    }

    /// <summary>Subscribes to all pipelines there are, anew whenever there are others, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var ids = await ListAsync(cancellationToken);
            if (ids.Count == 0)
            {
                Connection = "waiting for the list of pipelines";
                await Task.Delay(ListEvery / 5, clock, cancellationToken);
                continue;
            }

            using var other = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAll(WatchAsync(ids, other.Token), NoticeOthersAsync(ids, other));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await probe.PipelinesAsync(new Uri(web, ListPath), cancellationToken)).Select(pipeline => pipeline.PipelineId).Take(MostPipelines).Order(StringComparer.Ordinal)];

    private async Task NoticeOthersAsync(IReadOnlyList<string> ids, CancellationTokenSource other)
    {
        try
        {
            while (true)
            {
                await Task.Delay(ListEvery, clock, other.Token);
                if (await ListAsync(other.Token) is { Count: > 0 } now && !now.SequenceEqual(ids)) await other.CancelAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The subscription ends.
        }
    }

    private async Task WatchAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var told in new StatusStreamClient(_http, timeProvider: clock).WatchAsync(ids, cancellationToken)) Take(told);
        }
        catch (OperationCanceledException)
        {
            // Others are watched from now on, or nobody looks.
        }
        catch (StatusStreamRefusedException refused)
        {
            Connection = $"refused: {refused.Message}";
            await Task.Delay(ListEvery, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Take(StatusEvent told)
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            switch (told)
            {
                case ConnectionOpened:
                    Connection = "connected";
                    break;
                case BatchUpdate batch:
                    foreach (var (id, status) in batch.Updates) _pipelines[id] = new PipelineView(id, status, now, IsStale: false);
                    break;
                case StatusUpdate update:
                    _pipelines[update.PipelineId] = new PipelineView(update.PipelineId, update.Status, now, IsStale: false);
                    if (update.PreviousStatus is not null) _arrivals.Writer.TryWrite(new Arrival(update.PipelineId, now, update.Timestamp));
                    break;
                case StreamError { Code: StreamError.PipelineNotFound, PipelineId: { } gone }:
                    _pipelines.Remove(gone);
                    break;
                case StreamError { PipelineId: { } id } when _pipelines.TryGetValue(id, out var known):
                    _pipelines[id] = known with { IsStale = true };
                    break;
                case ConnectionLost lost:
                    Connection = $"lost ({lost.Reason}) and comes back by itself";
                    foreach (var known in _pipelines.Values.ToList()) _pipelines[known.Id] = known with { IsStale = true };
                    break;
                default:
                    break;
            }
        }
    }
}
