using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Abstractions;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Simulation.Tests.World;

namespace PipelineAspire.StatusStream.Simulation.Tests.Relays;

/// <summary>One relay: the product's own loop, feed, cache and broadcaster, on a simulated process.</summary>
internal sealed class Relay : IHub
{
    private static readonly StatusStreamMetrics Metrics = new(new NoMeters());

    /// <param name="name">What it is called.</param>
    /// <param name="level">How many hubs stand between it and the backend.</param>
    /// <param name="versions">What stands behind the versions that it says.</param>
    /// <param name="choose">Which hub it finds when it asks for a stream; null for none.</param>
    /// <param name="cadence">The times of its settings.</param>
    /// <param name="clock">The time.</param>
    /// <param name="random">What happens.</param>
    /// <param name="note">Keeps the trace.</param>
    public Relay(string name, int level, KnownVersions versions, Func<IHub?> choose, PollCadence cadence, VirtualClock clock, Random random, Action<string> note)
    {
        (Name, Level) = (name, level);
        Process = new Process(clock, random);
        Link = new UpstreamLink(Process, versions, choose, clock, random, what => note($"{name} {what}"));
        var time = Process.TimeProvider;
        var watchList = new WatchList(cadence, time);
        Broadcaster = new StatusBroadcaster(cadence, time, PipeScheduler.Inline) { DrawEpoch = versions.DrawEpoch };
        var catchUps = new UpstreamCatchUps(cadence, time);
        var loop = new UpstreamLoop(
            Link, watchList, new ListWatch(), new UpstreamFeed(Broadcaster, cadence, time), catchUps, new UpstreamState(time), cadence, time,
            NullLogger<UpstreamLoop>.Instance);
        var backplane = new UpstreamBackplane(Link, loop, catchUps);
        Subscriptions = new StatusSubscriptions(watchList, backplane, Broadcaster, new DocumentCache(backplane, cadence, time), cadence, time);
        var loops = new BackgroundLoops(Metrics, time, NullLogger<BackgroundLoops>.Instance);
        var freshness = new FreshnessMonitor(Broadcaster, loops, time, NullLogger<FreshnessMonitor>.Instance);
        Process.Run(() => _ = loops.RunAsync("upstream", loop.RunAsync, CancellationToken.None));
        Process.Run(() => _ = loops.RunAsync("freshness", freshness.RunAsync, CancellationToken.None));
    }

    public string Name { get; }

    public int Level { get; }

    public Process Process { get; }

    public UpstreamLink Link { get; }

    public StatusBroadcaster Broadcaster { get; }

    public StatusSubscriptions Subscriptions { get; }

    private sealed class NoMeters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
