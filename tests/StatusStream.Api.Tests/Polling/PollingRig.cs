using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Polling.Pacing;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Polling;

/// <summary>The road from the backend to the broadcaster, one step of time after another on the test's own thread.</summary>
internal sealed class PollingRig : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    private readonly Pump _pump = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CancellationTokenSource _stop = new();
    private readonly PollInbox _inbox;
    private readonly RecordingReceiver _receiver;
    private readonly Task _loop;

    /// <param name="maxConcurrentReads">How many reads may be under way at once.</param>
    /// <param name="interval">How often each pipeline is read; <see cref="Interval"/> unless said otherwise.</param>
    /// <param name="between">What stands between the loop and the backplane.</param>
    /// <param name="stableInterval">The longest interval of a pipeline that does not change; the interval unless said otherwise.</param>
    /// <param name="limits">What the backend may be asked.</param>
    public PollingRig(
        int maxConcurrentReads = 256, TimeSpan? interval = null, Func<IStatusBackplane, TimeProvider, IStatusBackplane>? between = null,
        TimeSpan? stableInterval = null, ScheduleLimits? limits = null)
    {
        var cadence = new PollCadence(interval ?? Interval, TimeSpan.FromMilliseconds(150)) { StableInterval = stableInterval ?? interval ?? Interval };
        Backend = new ScriptedBackend(Clock);
        WatchList = new WatchList(cadence, Clock);
        Broadcaster = new StatusBroadcaster(cadence, Clock, PipeScheduler.Inline);
        _receiver = new RecordingReceiver(Broadcaster);
        Backplane = new InProcessBackplane(WatchList, _receiver);
        _inbox = new PollInbox(Clock);
        Backplane.Connect(_inbox);
        var schedule = new PollSchedule(cadence, (limits ?? new ScheduleLimits()) with { MaxConcurrentReads = maxConcurrentReads });
        var metrics = new StatusStreamMetrics(_services.GetRequiredService<IMeterFactory>());
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        var list = new BackendList(Backend, Options.Create(new PipelineBackendOptions()), cadence, Clock, lifetime);
        var reader = new BackendReader(Backend, list, _inbox, cadence, State, metrics, Clock);
        var loop = new PollLoop(
            new LeaseTerm(Records.Epoch, CancellationToken.None), _inbox, schedule, cadence, reader,
            between?.Invoke(Backplane, Clock) ?? Backplane, State, new BackgroundLoop("polling", Clock), Clock, Logger);
        _loop = _pump.Start(() => loop.RunAsync(TimeSpan.MaxValue, _stop.Token));
    }

    public FakeTimeProvider Clock { get; } = new();

    /// <summary>How much time has passed, as <see cref="ScriptedBackend.Reads"/> counts it.</summary>
    public TimeSpan Now => Clock.GetUtcNow() - Clock.Start;

    public ScriptedBackend Backend { get; }

    public PollingState State { get; } = new();

    public WatchList WatchList { get; }

    public StatusBroadcaster Broadcaster { get; }

    public InProcessBackplane Backplane { get; }

    /// <summary>What the loop has published.</summary>
    public IReadOnlyList<PollUpdate> Updates => _receiver.Updates;

    public FakeLogger Logger { get; } = new();

    /// <summary>Something happens outside; what follows from it at once is done on return.</summary>
    public void Do(Action action) => _pump.Do(action);

    /// <summary>Time passes, a millisecond at a time.</summary>
    public void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Step) _pump.Do(() => Clock.Advance(Step));
    }

    public void PassIntervals(int count) => Pass(count * Interval);

    public void Refresh(params string[] pipelineIds) => Do(() => _ = Backplane.NotifyAsync(pipelineIds, CancellationToken.None).AsTask());

    /// <summary>A client watches; the first events of its stream are not taken yet.</summary>
    public Subscriber Join(params string[] pipelineIds)
    {
        Subscriber? subscriber = null;
        Do(() =>
        {
            WatchList.Add(pipelineIds);
            subscriber = Broadcaster.Subscribe(pipelineIds);
        });
        return subscriber!;
    }

    public void Leave(Subscriber subscriber) => Do(() =>
    {
        Broadcaster.Unsubscribe(subscriber);
        WatchList.Remove(subscriber.PipelineIds);
    });

    public void Dispose()
    {
        _pump.Do(_stop.Cancel);
        Assert.True(_loop.IsCompletedSuccessfully, $"The loop did not end when told to: {_loop.Status} {_loop.Exception}");
        _inbox.Dispose();
        _stop.Dispose();
        _services.Dispose();
    }
}
