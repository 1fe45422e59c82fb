using System.Collections.Concurrent;
using PipelineAspire.StatusStream.Client;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>A client, which holds everything it is told against what the backend did.</summary>
internal sealed class Watcher : IAsyncDisposable
{
    private static readonly StatusStreamClientOptions Options = new()
    {
        ReconnectDelay = TimeSpan.FromMilliseconds(200),
        MaxReconnectDelay = TimeSpan.FromSeconds(1),
        HealthyAfter = TimeSpan.FromSeconds(1),
    };

    private readonly Backend _backend;
    private readonly HttpClient _http;
    private readonly bool _mayDoubt;
    private readonly CancellationTokenSource _leaving = new();
    private readonly Task _watching;
    private readonly ConcurrentDictionary<string, (int Number, long ArrivedAt)> _told = new(StringComparer.Ordinal);
    private readonly StreamOracle _oracle;
    private volatile bool _isInDoubt;
    private int _losses;

    public Watcher(Backend backend, IReadOnlyList<Uri> replicas, int replica, bool mayDoubt = false)
    {
        (_backend, Replica, _mayDoubt) = (backend, replica, mayDoubt);
        _oracle = new StreamOracle(id => backend[id], id => Told(id).Number, (id, number) => _told[id] = (number, Bounded.Now));
        _http = new HttpClient(new ReplicaPicker(replicas, replica)) { BaseAddress = replicas[replica] };
        _watching = WatchAsync();
    }

    /// <summary>The replica it was first connected to.</summary>
    public int Replica { get; }

    /// <summary>True while it has been told that nothing is confirmed.</summary>
    public bool IsInDoubt => _isInDoubt;

    /// <summary>How often it lost its connection.</summary>
    public int Losses => Volatile.Read(ref _losses);

    /// <summary>What it was told that breaks a promise.</summary>
    public ConcurrentQueue<string> Violations => _oracle.Violations;

    /// <summary>The number of the status it believes in, and when it was told; -1 while it was told nothing.</summary>
    public (int Number, long ArrivedAt) Told(string pipelineId) => _told.GetValueOrDefault(pipelineId, (-1, 0));

    /// <summary>True when it believes the truth of every pipeline.</summary>
    public bool IsRight => _backend.PipelineIds.All(pipelineId => Told(pipelineId).Number == _backend[pipelineId].Latest);

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _watching.WaitAsync(Bounded.Patience);
        _leaving.Dispose();
        _http.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            await foreach (var told in new StatusStreamClient(_http, Options).WatchAsync(_backend.PipelineIds, _leaving.Token)) Take(told);
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // It leaves.
        }
        catch (Exception unexpected)
        {
            Violations.Enqueue($"the client failed: {unexpected}");
        }
    }

    private void Take(StatusEvent told)
    {
        if (told is ConnectionLost) Interlocked.Increment(ref _losses);
        if (told is BatchUpdate) _isInDoubt = false;
        if (_mayDoubt && told is StreamError { Code: StreamError.PollingStalled }) _isInDoubt = true;
        else _oracle.Take(told);
    }
}
