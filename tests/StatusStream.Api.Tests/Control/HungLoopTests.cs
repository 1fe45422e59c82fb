using Microsoft.Extensions.Logging.Testing;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Control;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;
using PipelineAspire.StatusStream.Tests.Polling;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Tests.Control;

/// <summary>A poll loop that stood still for longer than anything can be vouched for, and goes on with what it had in its hands.</summary>
public sealed class HungLoopTests : IDisposable
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(0.5);

    private readonly PollingRig _rig;
    private readonly FreshnessMonitor _monitor;
    private InjectedHang _hang = null!;

    public HungLoopTests()
    {
        _rig = new PollingRig(between: (backplane, clock) => new HangingBackplane(backplane, _hang = new InjectedHang(clock)));
        _monitor = new FreshnessMonitor(_rig.Broadcaster, Loops.On(_rig.Clock), _rig.Clock, new FakeLogger<FreshnessMonitor>());
    }

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void WhatItWasAboutToConfirmIsConfirmedByTheNextReadOnly()
    {
        var client = Watch("a");
        HangWith("a", PipelineStatus.Active);
        StandStill(client);

        _rig.Backend.Answers("a", PipelineStatus.Paused);
        GoOn();
        Assert.Empty(Told(client));

        _rig.Do(() => _rig.Backend.Release("a"));
        Assert.Equal(["Update Paused", "Batch Paused"], Told(client));
    }

    [Fact]
    public void WhatItWasAboutToTellIsToldByTheNextReadOnly()
    {
        var client = Watch("a");
        HangWith("a", PipelineStatus.Paused);
        StandStill(client);

        _rig.Backend.Answers("a", PipelineStatus.Failed);
        GoOn();
        Assert.Empty(Told(client));

        _rig.Do(() => _rig.Backend.Release("a"));
        Assert.Equal(["Update Failed", "Batch Failed"], Told(client));
    }

    [Fact]
    public void WhatCameInWhileItStoodStillIsToldByTheNextReadOnly()
    {
        var client = Watch("a", "b");
        _rig.Backend.Hold("b");
        HangWith("a", PipelineStatus.Active);
        _rig.Backend.Answers("b", PipelineStatus.Paused);
        _rig.Do(() => _rig.Backend.Release("b")); // nobody takes it
        StandStill(client);

        _rig.Backend.Hold("b");
        _rig.Backend.Answers("b", PipelineStatus.Failed);
        _rig.Backend.Release("a");
        GoOn();
        Assert.Empty(Told(client));

        _rig.Do(() => _rig.Backend.Release("b"));
        Assert.Equal(["Update Failed", "Batch Active Failed"], Told(client));
    }

    private static List<string> Told(Subscriber client)
    {
        var told = new List<string>();
        while (client.TryTake(out var next)) told.Add($"{next.Kind} {string.Join(' ', (next.Records ?? [next.Record!]).Select(record => record.Status))}");
        return told;
    }

    /// <summary>A stream that has had its first batch, of pipelines that are active.</summary>
    private Subscriber Watch(params string[] pipelineIds)
    {
        var client = _rig.Join(pipelineIds);
        _rig.PassIntervals(3);
        client.Begin();
        _monitor.Look();
        return client;
    }

    /// <summary>The loop stands still from the moment in which it is about to tell everybody what it has read of the pipeline.</summary>
    private void HangWith(string pipelineId, PipelineStatus read)
    {
        _rig.Backend.Hold(pipelineId);
        _rig.Pass(PollingRig.Interval * 1.5);
        _hang.Begin(Duration);
        _rig.Backend.Answers(pipelineId, read);
        _rig.Do(() => _rig.Backend.Release(pipelineId));
        _rig.Backend.Hold(pipelineId);
    }

    /// <summary>It still does when its clients are told so.</summary>
    private void StandStill(Subscriber client)
    {
        for (var passed = TimeSpan.Zero; passed < Duration - LookEvery; passed += LookEvery)
        {
            _rig.Pass(LookEvery);
            _monitor.Look();
        }

        Assert.True(client.TryTake(out var told));
        Assert.Equal(StreamEventKind.Stalled, told.Kind);
    }

    private void GoOn()
    {
        _rig.Pass(LookEvery * 2);
        _monitor.Look();
    }
}
