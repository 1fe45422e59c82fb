using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Sharing;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Polling.Pacing;
using PipelineAspire.StatusStream.Simulation.Tests.Shared;

namespace PipelineAspire.StatusStream.Simulation.Tests.World;

/// <summary>One replica: the product's own poller, lease, backplane, cache and broadcaster, on a simulated process.</summary>
internal sealed class Replica : IHub
{
    private static readonly StatusStreamMetrics Metrics = new(new NoMeters());

    private readonly CancellationTokenSource _stop = new();

    public Replica(
        string name,
        ModelRedis redis,
        KnownVersions versions,
        ScriptedBackend backend,
        PollCadence cadence,
        VirtualClock clock,
        Random random,
        ScheduleLimits? limits = null)
    {
        Name = name;
        Process = new Process(clock, random);
        Link = new ModelLink(redis, Process, clock, random);
        WatchList = new WatchList(cadence, Process.TimeProvider);
        Broadcaster = new StatusBroadcaster(cadence, Process.TimeProvider, PipeScheduler.Inline) { DrawEpoch = versions.DrawEpoch };
        Receiver = new FaultyReceiver(Broadcaster);
        Loops = new BackgroundLoops(Metrics, Process.TimeProvider, NullLogger<BackgroundLoops>.Instance);
        var self = new ReplicaName(Options.Create(new ReplicaOptions { InstanceName = name }));
        Feed = new UpdateFeed(Link, Receiver, cadence, Metrics, Process.TimeProvider, NullLogger<UpdateFeed>.Instance);
        var interest = new InterestPublisher(Link, Feed, WatchList, cadence, Process.TimeProvider);
        var lease = new SharedPollLease(Link, Feed, self, cadence, Process.TimeProvider, NullLogger<SharedPollLease>.Instance)
        {
            DrawEpoch = () => Draw(random),
        };
        Backplane = new SharedBackplane(Link, Feed, WatchList, interest, self, cadence, Metrics, Process.TimeProvider, NullLogger<SharedBackplane>.Instance);
        var view = backend.For(this);
        var list = new BackendList(view, Options.Create(new PipelineBackendOptions()), cadence, Process.TimeProvider, new NoLifetime());
        var poller = new StatusPoller(
            lease, view, Backplane, cadence, list, limits ?? new ScheduleLimits(), new NoLifetime(), new PollingState(),
            Metrics, Loops, Process.TimeProvider, NullLogger<StatusPoller>.Instance);
        OwnerPrefix = name + ".";
        Subscriptions = new StatusSubscriptions(
            WatchList, Backplane, Broadcaster, new DocumentCache(Backplane, cadence, Process.TimeProvider), cadence, Process.TimeProvider);
        Process.Run(() => _ = Loops.RunAsync("updates", Feed.RunAsync, _stop.Token));
        Process.Run(() => _ = Loops.RunAsync("interest", interest.RunAsync, _stop.Token));
        Process.Run(() => _ = Loops.RunAsync("polling", poller.PollAsync, _stop.Token));
        var freshness = new FreshnessMonitor(Broadcaster, Loops, Process.TimeProvider, NullLogger<FreshnessMonitor>.Instance);
        Process.Run(() => _ = Loops.RunAsync("freshness", freshness.RunAsync, _stop.Token));
    }

    public string Name { get; }

    public int Level => 0;

    public string OwnerPrefix { get; }

    public Process Process { get; }

    public ModelLink Link { get; }

    public WatchList WatchList { get; }

    public StatusBroadcaster Broadcaster { get; }

    public SharedBackplane Backplane { get; }

    public UpdateFeed Feed { get; }

    /// <summary>Where clients come in.</summary>
    public StatusSubscriptions Subscriptions { get; }

    /// <summary>What comes off the backplane, on its way to the broadcaster.</summary>
    public FaultyReceiver Receiver { get; }

    public BackgroundLoops Loops { get; }

    /// <summary>True while this replica alone cannot reach the backend.</summary>
    public bool IsBackendOutOfReach { get; set; }

    /// <summary>Since when its own code makes no faults.</summary>
    public TimeSpan WellSince { get; set; } = -TimeSpan.FromMinutes(1);

    /// <summary>Asks it to go away, as SIGTERM does.</summary>
    public void Stop() => Process.Run(_stop.Cancel);

    private static ulong Draw(Random random) => ((ulong)random.NextInt64() << 1) ^ (ulong)random.NextInt64();

    private sealed class NoMeters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }

    private sealed class NoLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
