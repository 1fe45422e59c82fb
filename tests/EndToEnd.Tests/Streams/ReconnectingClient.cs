namespace PipelineAspire.EndToEnd.Tests.Streams;

/// <summary>A client that comes back after every end of its stream, with the last id it saw, as EventSource does.</summary>
internal sealed class ReconnectingClient : IAsyncDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly List<string?> _resumedFrom = [];
    private readonly Task _running;
    private StreamClient? _open;

    public ReconnectingClient(HttpClient http, params string[] pipelines) => _running = RunAsync(http, pipelines);

    public StreamRecording Recording { get; } = new();

    /// <summary>The Last-Event-ID of each connection that was accepted; null for the first.</summary>
    public IReadOnlyList<string?> ResumedFrom
    {
        get
        {
            lock (_resumedFrom) return [.. _resumedFrom];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _running.WaitAsync(Bounded.Patience);
        if (_open is not null) await _open.DisposeAsync();
        _leaving.Dispose();
    }

    private async Task RunAsync(HttpClient http, string[] pipelines)
    {
        var delay = TimeSpan.Zero;
        while (!_leaving.IsCancellationRequested)
        {
            var lastId = Recording.Events.LastOrDefault(told => told.Id.Length > 0)?.Id;
            try
            {
                var open = await StreamClient.OpenAsync(http, pipelines, Recording, lastId);
                lock (_resumedFrom) _resumedFrom.Add(lastId);
                if (_open is not null) await _open.DisposeAsync();
                _open = open;
                await open.Closed.WaitAsync(_leaving.Token);
                delay = open.ReconnectDelay;
            }
            catch (HttpRequestException)
            {
                // Refused: again after the delay that the server asked for when it was still there.
            }
            catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(delay, TimeProvider.System, _leaving.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
