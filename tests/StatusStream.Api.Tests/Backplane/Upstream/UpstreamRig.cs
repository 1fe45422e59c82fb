using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Backplane.Upstream;

/// <summary>The road from another hub to the broadcaster, one step of time after another on the test's own thread.</summary>
internal sealed class UpstreamRig : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly Pump _pump = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public UpstreamRig()
    {
        WatchList = new WatchList(Cadence, Clock);
        Broadcaster = new StatusBroadcaster(Cadence, Clock, PipeScheduler.Inline);
        var feed = new UpstreamFeed(Broadcaster, Cadence, Clock);
        var catchUps = new UpstreamCatchUps(Cadence, Clock);
        State = new UpstreamState(Clock);
        Loop = new UpstreamLoop(Upstream, WatchList, ListWatch, feed, catchUps, State, Cadence, Clock, Logger);
        Backplane = new UpstreamBackplane(Upstream, Loop, catchUps);
        _loop = _pump.Start(() => Loop.RunAsync(new BackgroundLoop("upstream", Clock), _stop.Token));
    }

    public static PollCadence Cadence { get; } = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));

    public FakeTimeProvider Clock { get; } = new();

    public ScriptedUpstream Upstream { get; } = new();

    /// <summary>The stream that the other hub has given last.</summary>
    public ScriptedUpstreamStream Stream => Upstream.Stream;

    public WatchList WatchList { get; }

    public ListWatch ListWatch { get; } = new();

    public StatusBroadcaster Broadcaster { get; }

    public UpstreamBackplane Backplane { get; }

    public UpstreamLoop Loop { get; }

    public UpstreamState State { get; }

    public FakeLogger<UpstreamLoop> Logger { get; } = new();

    /// <summary>The time by the other hub's clock.</summary>
    public long Now => (long)(Clock.GetUtcNow() - Clock.Start).TotalMilliseconds;

    /// <summary>Something happens outside; what follows from it at once is done on return.</summary>
    public void Do(Action action) => _pump.Do(action);

    /// <summary>The other hub says something, on the stream that it has given last.</summary>
    public void Say(params UpstreamEvent?[] said) => Do(() => Stream.Say(said));

    /// <summary>Time passes, and meanwhile the other hub renews the lease twice a second.</summary>
    public void Pass(TimeSpan time, bool isSilent = false)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Step)
        {
            Do(() => Clock.Advance(Step));
            if (!isSilent && Upstream.Streams.Count > 0 && !Stream.IsClosed && Now % 500 == 0) Say(Said.Lease(Now, 13, Sequence));
        }
    }

    /// <summary>Up to where the other hub has told everything.</summary>
    public long Sequence { get; set; } = 1;

    public void PassMoment() => Pass(TimeSpan.FromMilliseconds(600));

    /// <summary>Clients watch.</summary>
    public void Watch(params string[] pipelineIds) => Do(() => WatchList.Add(pipelineIds));

    /// <summary>They watch no longer, and what was watched is retained no longer either.</summary>
    public void Leave(params string[] pipelineIds)
    {
        Do(() => WatchList.Remove(pipelineIds));
        Pass(Cadence.RetainFor + TimeSpan.FromSeconds(0.5));
    }

    /// <summary>Clients watch, and the other hub tells what it knows of that.</summary>
    public void Begin(string statuses)
    {
        Watch([.. statuses.Split(' ').Select(item => item.Split('=')[0])]);
        Say(Said.Lease(Now, null), Said.Batch(Sequence, statuses), Said.Stream(), Said.Lease(Now, 13, Sequence));
    }

    public string Told(params string[] pipelineIds) => string.Join(' ', Broadcaster.Subscribe(pipelineIds).Begin().Records!
        .Select(record => $"{record.PipelineId}={record.Status}").Order(StringComparer.Ordinal));

    public void Dispose()
    {
        _pump.Do(_stop.Cancel);
        if (Upstream.Streams.Count > 0) Say((UpstreamEvent?)null);
        Pass(TimeSpan.FromSeconds(4), isSilent: true);
        Assert.True(_loop.IsCompleted, $"The loop did not end when told to: {_loop.Status}");
        _stop.Dispose();
    }
}
