using System.Collections.Concurrent;
using System.Globalization;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;

namespace PipelineAspire.StatusStream.Sharing.Tests.InProcess;

/// <summary>The list, wanted at each of three replicas by a stream and by requests: the backend is asked once for all of them.</summary>
public sealed class ListReadsTests : IAsyncLifetime
{
    private readonly RedisServer _redis = new();
    private readonly MemoryBackend _backend = new(pipelines: 2);
    private readonly List<InProcessReplica> _replicas = [];
    private readonly List<ListListener> _listeners = [];

    public async Task InitializeAsync()
    {
        await _redis.StartAsync();
        for (var number = 1; number <= 3; number++)
        {
            _replicas.Add(await InProcessReplica.StartAsync($"replica-{number}", _backend, _redis.ConnectionString));
            _listeners.Add(new ListListener(_replicas[^1].Address, _backend.PipelineIds[0]));
        }

        foreach (var listener in _listeners) await listener.UntilShownAsync(_backend.PipelineIds);
    }

    public async Task DisposeAsync()
    {
        foreach (var listener in _listeners) await listener.DisposeAsync();
        foreach (var replica in _replicas) await replica.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task TheBackendIsAskedOnceAnIntervalForAllReplicas()
    {
        const int intervals = 8;
        using var http = new HttpClient();
        var began = Bounded.Now;
        while (Bounded.Since(began) < intervals * InProcessReplica.Interval)
        {
            await Task.WhenAll(_replicas.Select(replica => http.GetStringAsync(new Uri(replica.Address, "/ui-api/pipeline")))).WaitAsync(Bounded.Patience);
            await Bounded.PassAsync(InProcessReplica.Interval / 5);
        }

        var elapsed = Bounded.Since(began) / InProcessReplica.Interval;
        Assert.InRange(_backend.ListReads.Count(read => read.At >= began), 2, (int)elapsed + 1);
    }

    [Fact]
    public async Task CreatedAndDeletedPipelinesAreToldEverywhereWithinTwoIntervals()
    {
        for (var round = 0; round < 5; round++)
        {
            IReadOnlyList<string> shown = [.. _backend.PipelineIds, $"born-{round}"];
            var changed = Bounded.Now;
            _backend.Show(shown);
            foreach (var listener in _listeners)
            {
                var told = await listener.UntilShownAsync(shown);
                Assert.InRange(TimeProvider.System.GetElapsedTime(changed, told), TimeSpan.Zero, 2 * InProcessReplica.Interval);
            }

            await Bounded.PassAsync(InProcessReplica.Interval * 0.37); // not in step with the reads
        }
    }

    [Fact]
    public async Task WithoutRedisEachReplicaReadsItAndNoneIsWithoutIt()
    {
        using var http = new HttpClient();
        await _redis.KillAsync();
        IReadOnlyList<string> shown = [.. _backend.PipelineIds, "born"];
        _backend.Show(shown);
        var lost = Bounded.Now;

        foreach (var listener in _listeners) await listener.UntilShownAsync(shown);
        foreach (var replica in _replicas)
        {
            Assert.Contains("born", await http.GetStringAsync(new Uri(replica.Address, "/ui-api/pipeline")).WaitAsync(Bounded.Patience), StringComparison.Ordinal);
        }

        Assert.Equal(3, _backend.ListReads.Where(read => read.At >= lost).Select(read => read.Replica).Distinct(StringComparer.Ordinal).Count());
        await _redis.StartAsync();
    }

    /// <summary>A stream that asks for the list, and when it was told of each.</summary>
    private sealed class ListListener : IAsyncDisposable
    {
        private readonly HttpClient _http = new();
        private readonly CancellationTokenSource _leaving = new();
        private readonly ConcurrentDictionary<string, long> _toldAt = new(StringComparer.Ordinal);
        private readonly Task _listening;

        public ListListener(Uri replica, string pipelineId) =>
            _listening = ListenAsync(new Uri(replica, $"/ui-api/pipeline/status/stream?pipelineIds={pipelineId}&list=1"));

        /// <summary>When it was told that the list shows these.</summary>
        public async Task<long> UntilShownAsync(IReadOnlyList<string> pipelineIds)
        {
            var set = KnownPipelines.Hash(pipelineIds).ToString("x16", CultureInfo.InvariantCulture);
            await Bounded.UntilAsync("the list is told", () => Task.FromResult(_toldAt.ContainsKey(set)));
            return _toldAt[set];
        }

        public async ValueTask DisposeAsync()
        {
            await _leaving.CancelAsync();
            await _listening.WaitAsync(Bounded.Patience);
            _leaving.Dispose();
            _http.Dispose();
        }

        private async Task ListenAsync(Uri stream)
        {
            try
            {
                using var lines = new StreamReader(await _http.GetStreamAsync(stream, _leaving.Token));
                while (await lines.ReadLineAsync(_leaving.Token) is { } line)
                {
                    if (line.Contains("list_changed", StringComparison.Ordinal) && line.Split("\\\"") is [_, var set, _]) _toldAt.TryAdd(set, Bounded.Now);
                }
            }
            catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
            {
                // It leaves.
            }
        }
    }
}
