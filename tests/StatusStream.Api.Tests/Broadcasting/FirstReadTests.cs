using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Broadcasting;

/// <summary>Invariant 12 under a budget, which reads what is new later than within an interval: that alone is no stall.</summary>
public class FirstReadTests
{
    private const double Stretch = 25;

    private static readonly PollCadence Cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
    private static readonly TimeSpan Stretched = Cadence.Interval * Stretch;
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.5);

    private readonly FakeTimeProvider _clock = new();
    private readonly StatusBroadcaster _broadcaster;
    private readonly FreshnessMonitor _monitor;

    public FirstReadTests()
    {
        _broadcaster = new StatusBroadcaster(Cadence, _clock, PipeScheduler.Inline);
        _monitor = new FreshnessMonitor(_broadcaster, Loops.On(_clock), _clock, new FakeLogger<FreshnessMonitor>());
    }

    [Fact]
    public void WhatABudgetHasNotComeToYetIsNoStall()
    {
        var client = Watch("read", "new-1", "new-2", "new-3");

        Pass(Stretched, () => _broadcaster.Receive(Records.Confirmation(1, "read") with { Stretch = Stretch }));

        Assert.False(client.TryTake(out _));
        Assert.False(_broadcaster.IsBehind);
    }

    [Fact]
    public void WhatABudgetComesToLaterThanItPromisesIsInDoubt()
    {
        var client = Watch("read", "new-1", "new-2", "new-3");

        Pass(
            Cadence.FreshnessBound(Stretched) + Moment,
            () => _broadcaster.Receive(Records.Confirmation(1, "read") with { Stretch = Stretch }));

        Assert.True(client.TryTake(out var stalled));
        Assert.Equal(StreamEventKind.Stalled, stalled.Kind);
    }

    [Fact]
    public void WhatWasReadBeforeTheBudgetWasStretchedIsInDoubtNoSooner()
    {
        var client = Watch("early", "late");
        _broadcaster.Receive(Records.Confirmation(1, "early") with { Stretch = 2, Intervals = Every(2, "early") });

        Pass(Stretched, () => _broadcaster.Receive(Records.Confirmation(1, "late") with { Stretch = Stretch, Intervals = Every(Stretch, "late") }));

        Assert.False(client.TryTake(out _));
        Assert.Equal(0, _broadcaster.StalePipelines);
    }

    [Fact]
    public void OnceTheBudgetSufficesThePlainBoundHoldsAgain()
    {
        var client = Watch("read", "new");
        _broadcaster.Receive(Records.Confirmation(1, "read") with { Stretch = Stretch });

        Pass(Cadence.FreshnessBound(Cadence.Interval) + Moment, () => _broadcaster.Receive(Records.Confirmation(1, "read")));

        Assert.True(client.TryTake(out var stalled));
        Assert.Equal(StreamEventKind.Stalled, stalled.Kind);
    }

    [Fact]
    public void AnUpdateWithoutReadsKnowsNothingOfTheBudget()
    {
        var client = Watch("read", "new");
        _broadcaster.Receive(Records.Confirmation(1, "read") with { Stretch = Stretch });

        Pass(Cadence.FreshnessBound(Cadence.Interval) + Moment, () => _broadcaster.Receive(Records.Confirmation(1)));

        Assert.False(client.TryTake(out _));
    }

    [Fact]
    public void WhatTheHubUpstreamHasNotReadYetIsThatHubsToCallInDoubt()
    {
        var client = Watch("read", "new");
        var lease = new FreshnessLease(Cadence.FreshnessBound(Cadence.Interval), FreshnessLease.None.Exceptions);

        Pass(Stretched, () => _broadcaster.Renew(lease));
        Assert.False(client.TryTake(out _));

        _broadcaster.Renew(lease with { Exceptions = new Dictionary<string, TimeSpan> { ["new"] = TimeSpan.Zero } });
        Assert.True(client.TryTake(out var stalled));
        Assert.Equal(StreamEventKind.Stalled, stalled.Kind);
    }

    private static Dictionary<string, TimeSpan> Every(double stretch, string pipelineId) => new() { [pipelineId] = Cadence.Interval * stretch };

    /// <summary>A stream of pipelines of which all were read just now but those whose name begins with <c>new</c>.</summary>
    private Subscriber Watch(params string[] pipelineIds)
    {
        foreach (var id in pipelineIds.Where(id => !id.StartsWith("new", StringComparison.Ordinal)))
            _broadcaster.Receive(Records.Update(Records.Fine(id, PipelineStatus.Active, 1)));
        var client = _broadcaster.Subscribe(pipelineIds);
        client.Begin();
        _monitor.Look();
        return client;
    }

    /// <summary>Time passes; something happens again and again meanwhile, and the monitor looks as often as it does.</summary>
    private void Pass(TimeSpan time, Action happens)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Moment)
        {
            _clock.Advance(Moment);
            happens();
            _monitor.Look();
        }
    }
}
