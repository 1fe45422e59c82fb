using System.Collections.Concurrent;
using PipelineAspire.StatusStream.Client;
using PipelineAspire.StatusStream.Sharing.Tests.Chaos;

namespace PipelineAspire.StatusStream.Sharing.Tests.InProcess;

/// <summary>A time in which a stream was in doubt of all that it had been told; without an end while it is.</summary>
internal readonly record struct Doubt(long Began, long? Ended);

/// <summary>A client that writes down all it is told, and holds it against what the backend did.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private static readonly StatusStreamClientOptions Options = new()
    {
        ReconnectDelay = TimeSpan.FromMilliseconds(200),
        MaxReconnectDelay = TimeSpan.FromSeconds(1),
        HealthyAfter = TimeSpan.FromSeconds(1),
    };

    private readonly MemoryBackend _backend;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _leaving = new();
    private readonly Task _listening;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<(int Number, long At)>> _told;
    private readonly StreamOracle _oracle;
    private readonly List<Doubt> _doubts = [];
    private int _losses;

    /// <param name="backend">What the truth is held against.</param>
    /// <param name="replicas">Where to connect, each time to the next one.</param>
    /// <param name="first">The one to begin with.</param>
    public Listener(MemoryBackend backend, IReadOnlyList<Uri> replicas, int first = 0)
    {
        _backend = backend;
        _told = backend.PipelineIds.ToDictionary(id => id, _ => new List<(int, long)>());
        _oracle = new StreamOracle(id => backend[id], id => _told[id] is [.., var (last, _)] ? last : -1, (id, number) => _told[id].Add((number, Bounded.Now)));
        _http = new HttpClient(new ReplicaPicker(replicas, first)) { BaseAddress = replicas[first] };
        _listening = ListenAsync();
    }

    /// <summary>How often it lost its connection.</summary>
    public int Losses => Volatile.Read(ref _losses);

    /// <summary>What it was told that breaks a promise.</summary>
    public ConcurrentQueue<string> Violations => _oracle.Violations;

    /// <summary>When it was told that nothing can be vouched for, and until when.</summary>
    public IReadOnlyList<Doubt> Doubts
    {
        get
        {
            lock (_gate) return [.. _doubts];
        }
    }

    /// <summary>True when it believes the truth of every pipeline, and is in no doubt.</summary>
    public bool IsRight
    {
        get
        {
            lock (_gate)
            {
                return _doubts is not [.., { Ended: null }]
                    && _told.All(pipeline => pipeline.Value is [.., var (number, _)] && number == _backend[pipeline.Key].Latest);
            }
        }
    }

    /// <summary>When it was first told of the change, or of a later one of its pipeline; null when it never was.</summary>
    public long? ToldAt(Change change)
    {
        lock (_gate)
        {
            var told = _told[change.PipelineId].FindIndex(told => told.Number >= change.Number);
            return told < 0 ? null : _told[change.PipelineId][told].At;
        }
    }

    /// <summary>What it believes that is not true.</summary>
    public string Wrong()
    {
        lock (_gate)
        {
            var wrong = _told.Where(told => told.Value is not [.., var (number, _)] || number != _backend[told.Key].Latest)
                .Select(told => $"{told.Key} {(told.Value is [.., var last] ? last.Number : -1)} of {_backend[told.Key].Latest}");
            return string.Join(", ", wrong) + (_doubts is [.., { Ended: null }] ? " (in doubt)" : "");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _listening.WaitAsync(Bounded.Patience);
        _leaving.Dispose();
        _http.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            await foreach (var told in new StatusStreamClient(_http, Options).WatchAsync(_backend.PipelineIds, _leaving.Token))
            {
                lock (_gate) Take(told);
            }
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
        if (told is BatchUpdate && _doubts is [.., { Ended: null } doubt]) _doubts[^1] = doubt with { Ended = Bounded.Now };
        if (told is not StreamError { Code: StreamError.PollingStalled, PipelineId: null }) _oracle.Take(told);
        else if (_doubts is not [.., { Ended: null }]) _doubts.Add(new Doubt(Bounded.Now, null)); // said again when more comes into doubt
    }
}
