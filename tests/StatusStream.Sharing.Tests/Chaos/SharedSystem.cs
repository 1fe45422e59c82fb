using System.Globalization;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>Three replicas of StatusStream.Api, a real redis-server and FakePipelineBackend, as processes.</summary>
public class SharedSystem : IAsyncLifetime
{
    /// <summary>The replica that reaches Redis through the <see cref="Proxy"/>.</summary>
    public const int Proxied = 2;

    private const int Count = 3;

    private readonly List<Service> _replicas = [];
    private readonly bool _hasControl;
    private bool _isRedisUp;

    public SharedSystem()
        : this(TimeSpan.FromMilliseconds(200))
    {
    }

    protected SharedSystem(TimeSpan interval, bool hasControl = false) => (Interval, _hasControl) = (interval, hasControl);

    public TimeSpan Interval { get; }

    /// <summary>The contract's bound of convergence, and some time for a machine that has much else to do.</summary>
    public TimeSpan Converged => Interval + RequestTimeout + TimeSpan.FromSeconds(4);

    /// <summary>V of the contract: what was told longer ago without having been confirmed since is called in doubt.</summary>
    public TimeSpan FreshnessBound => Interval + RequestTimeout + TimeSpan.FromSeconds(8);

    internal Backend Backend { get; } = new(pipelines: 10);

    internal RedisServer Redis { get; } = new();

    internal TcpProxy Proxy { get; private set; } = null!;

    internal IReadOnlyList<Service> Replicas => _replicas;

    internal IReadOnlyList<Uri> Addresses => [.. _replicas.Select(replica => replica.Address)];

    private static TimeSpan RequestTimeout => TimeSpan.FromSeconds(1);

    public virtual async Task InitializeAsync()
    {
        await StartRedisAsync();
        await Backend.StartAsync();
        Proxy = new TcpProxy(Redis.Port);
        Proxy.Start();
        for (var i = 0; i < Count; i++)
        {
            _replicas.Add(new Service(BuiltProject.StatusStreamApi, new Dictionary<string, string>(_hasControl ? Service.WithControl : [])
            {
                ["ConnectionStrings__redis"] = i == Proxied ? string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Proxy.Port}") : Redis.ConnectionString,
                ["PipelineBackend__BaseUrl"] = Backend.Address.GetLeftPart(UriPartial.Authority),
                ["StatusStream__PollInterval"] = Interval.ToString("c"),
                ["StatusStream__RequestTimeout"] = RequestTimeout.ToString("c"),
                ["StatusStream__InstanceName"] = Name(i),
            }));
        }

        await RepairAsync();
    }

    public virtual async Task DisposeAsync()
    {
        foreach (var replica in _replicas) await replica.DisposeAsync();
        await Proxy.DisposeAsync();
        await Backend.DisposeAsync();
        await Redis.DisposeAsync();
    }

    /// <summary>Brings back whatever a scenario has ended.</summary>
    internal virtual async Task RepairAsync()
    {
        if (!_isRedisUp) await StartRedisAsync();
        Proxy.Mend();
        await Backend.SetLatencyAsync(TimeSpan.Zero);
        foreach (var replica in _replicas.Where(replica => !replica.IsRunning)) await replica.StartAsync();
    }

    internal async Task StartRedisAsync()
    {
        await Redis.StartAsync();
        _isRedisUp = true;
    }

    internal async Task KillRedisAsync()
    {
        _isRedisUp = false;
        await Redis.KillAsync();
    }

    /// <summary>The replica that reads the backend, once it is one alone for a whole second; returns after how long that began.</summary>
    internal async Task<(int Poller, TimeSpan After)> PollerAsync(TimeSpan limit)
    {
        var started = Bounded.Now;
        while (Bounded.Since(started) < limit)
        {
            var after = Bounded.Since(started);
            await Backend.ResetStatsAsync();
            await Bounded.PassAsync(TimeSpan.FromSeconds(1));
            var stats = await Backend.StatsAsync();
            if (stats.Callers.Count == 1 && stats.Pipelines.Count == Backend.PipelineIds.Count)
            {
                return (Enumerable.Range(0, Count).Single(i => stats.Callers.ContainsKey(Name(i))), after);
            }
        }

        throw new TimeoutException($"There is not one loop within {limit}: {string.Join(", ", (await Backend.StatsAsync()).Callers)}");
    }

    /// <summary>Lets polling move until it is with a replica as wanted.</summary>
    internal async Task<int> MovePollingAsync(Func<int, bool> wanted)
    {
        while (true)
        {
            var (poller, _) = await PollerAsync(Bounded.Patience);
            if (wanted(poller)) return poller;
            Replicas[poller].Process.Signal("TERM");
            await Replicas[poller].EndedAsync();
            await Replicas[poller].StartAsync();
        }
    }

    private static string Name(int replica) => string.Create(CultureInfo.InvariantCulture, $"replica-{replica}");
}
