using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Broadcasting;

/// <summary>Invariant 12: what an open stream was told is confirmed, or called in doubt.</summary>
public class FreshnessMonitorTests
{
    private static readonly PollCadence Cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.5);

    private readonly FakeTimeProvider _clock = new();
    private readonly FakeLogger<FreshnessMonitor> _logger = new();
    private readonly StatusBroadcaster _broadcaster;
    private readonly FreshnessMonitor _monitor;

    public FreshnessMonitorTests()
    {
        _broadcaster = new StatusBroadcaster(Cadence, _clock, PipeScheduler.Inline);
        _monitor = new FreshnessMonitor(_broadcaster, Loops.On(_clock), _clock, _logger);
    }

    [Fact]
    public void AStreamIsToldOnceThatNothingConfirmsWhatItKnows()
    {
        var client = Watch("a");

        Pass(Cadence.FreshnessBound(Cadence.Interval) + Moment);

        Assert.Equal(StreamEventKind.Stalled, Take(client).Kind);
        Pass(TimeSpan.FromSeconds(30));
        Assert.False(client.TryTake(out _));
        Assert.Equal(1, _broadcaster.StalePipelines);
        Assert.Single(_logger.Collector.GetSnapshot());
    }

    [Fact]
    public void WhatIsConfirmedWithinTheBoundIsNeverCalledInDoubt()
    {
        var client = Watch("a");
        for (var i = 0; i < 20; i++)
        {
            Pass(Cadence.FreshnessBound(Cadence.Interval) - Moment);
            _broadcaster.Receive(Records.Confirmation(1, "a"));
        }

        Assert.False(client.TryTake(out _));
    }

    [Fact]
    public void WhenItIsOverABatchConfirmsEverythingAtOnce()
    {
        var client = Watch("a", "b");
        Pass(Cadence.FreshnessBound(Cadence.Interval) + Moment);
        Assert.Equal(StreamEventKind.Stalled, Take(client).Kind);

        _broadcaster.Receive(Records.Confirmation(2, "a", "b"));

        var batch = Take(client);
        Assert.Equal(StreamEventKind.Batch, batch.Kind);
        Assert.Equal(["a", "b"], batch.Records!.Select(record => record.PipelineId));
        Assert.False(client.TryTake(out _));
    }

    [Fact]
    public void AStreamThatComesMeanwhileHearsOfItRightAfterItsBatch()
    {
        Watch("a");
        Pass(Cadence.FreshnessBound(Cadence.Interval) + Moment);

        var late = _broadcaster.Subscribe(["a"]);

        Assert.Single(late.Begin().Records!);
        Assert.Equal(StreamEventKind.Stalled, Take(late).Kind);
    }

    [Fact]
    public void APipelineThatIsNotThereIsReadSeldomAndPutsNobodyElseInDoubt()
    {
        var client = Watch("a", "nope");
        _broadcaster.Receive(Records.Update(Records.Failing("nope", PipelineCondition.NotFound, 2)));
        Assert.Equal(StreamEventKind.Error, Take(client).Kind);

        for (var passed = TimeSpan.Zero; passed < PollCadence.LongestAbsence; passed += Cadence.Interval)
        {
            Pass(Cadence.Interval);
            _broadcaster.Receive(Records.Confirmation(2, "a"));
        }

        Assert.False(client.TryTake(out _));
        Assert.Equal(0, _broadcaster.StalePipelines);
    }

    [Fact]
    public void APipelineInAnEpisodeOfErrorsIsInDoubtAlreadyAndNoStall()
    {
        var client = Watch("a");
        _broadcaster.Receive(Records.Update(Records.Failing("a", PipelineCondition.Timeout, 2, PipelineStatus.Active)));
        Assert.Equal(StreamEventKind.Error, Take(client).Kind);

        Pass(TimeSpan.FromMinutes(1));

        Assert.False(client.TryTake(out _));
    }

    [Fact]
    public void OneStalePipelineIsToldToItsOwnStreamsOnly()
    {
        var (stale, well) = (Watch("a"), Watch("b"));
        Pass(Cadence.FreshnessBound(Cadence.Interval) - Moment);
        _broadcaster.Receive(Records.Confirmation(2, "b"));
        Pass(Moment * 2);

        Assert.Equal(StreamEventKind.Stalled, Take(stale).Kind);
        Assert.False(well.TryTake(out _));
        Assert.False(_broadcaster.IsBehind);
    }

    [Fact]
    public void AReplicaIsBehindBeforeItMustSaySo()
    {
        Watch("a", "b");

        Pass(Cadence.ProgressBound(Cadence.Interval) + Moment);

        Assert.True(_broadcaster.IsBehind);
        Assert.Equal(0, _broadcaster.StalePipelines);
        _broadcaster.Receive(Records.Confirmation(2, "a", "b"));
        _monitor.Look();
        Assert.False(_broadcaster.IsBehind);
    }

    [Fact]
    public void AReplicaIsNotBehindALoopThatTheBackendMakesSlow()
    {
        string[] here = [.. Enumerable.Range(0, 40).Select(i => $"here-{i}")];
        string[] elsewhere = [.. Enumerable.Range(0, 40).Select(i => $"elsewhere-{i}")];
        string[] read = [.. elsewhere, .. here]; // each once in 40 s
        var client = Watch(here);
        var isStalled = false;
        for (var i = 0; i < 200; i++)
        {
            Pass(Moment);
            _broadcaster.Receive(Records.Confirmation(1, read[i % read.Length]));
            while (client.TryTake(out var told)) isStalled |= told.Kind == StreamEventKind.Stalled;
            Assert.False(_broadcaster.IsBehind);
        }

        Assert.True(isStalled);
    }

    [Fact]
    public void APartialBatchMeanwhileTakesNoDoubtBack()
    {
        var client = Watch("a", "b");
        _broadcaster.Receive(Records.Update(Records.Failing("b", PipelineCondition.Timeout, 2, PipelineStatus.Active)));
        Assert.Equal(StreamEventKind.Error, Take(client).Kind);
        Pass(Cadence.FreshnessBound(Cadence.Interval) + Moment);
        Assert.Equal(StreamEventKind.Stalled, Take(client).Kind);

        _broadcaster.Receive(Records.Update(Records.Fine("b", PipelineStatus.Active, 3)));

        Assert.Equal(["b"], Take(client).Records!.Select(record => record.PipelineId));
        Assert.Equal(StreamEventKind.Stalled, Take(client).Kind);
    }

    [Fact]
    public void ALostSharedStateIsNoReasonToDoubtWhatWasConfirmedAMomentAgo()
    {
        var client = Watch("a");

        _broadcaster.Replace(new StatusVersion(Records.Epoch, 2), [], new HashSet<string>());
        _monitor.Look();
        Assert.False(client.TryTake(out _));

        Pass(Cadence.FreshnessBound(Cadence.Interval) + Moment);
        Assert.Equal(StreamEventKind.Stalled, Take(client).Kind);
    }

    [Fact]
    public void WhatIsRestoredIsNewsToNobodyWhoKnowsIt()
    {
        var client = Watch("a");
        _broadcaster.Replace(new StatusVersion(Records.Epoch, 2), [], new HashSet<string>());

        _broadcaster.Receive(new PollUpdate(new StatusVersion(Records.Epoch, 3), [], [], []) { Restored = [Records.Fine("a", PipelineStatus.Active, 1)] });

        Assert.False(client.TryTake(out _));
        Assert.Equal(PipelineStatus.Active, Assert.Single(_broadcaster.Subscribe(["a"]).Begin().Records!).Status);
    }

    [Fact]
    public void WhatALoopThatStoppedLeftBehindIsNotToldAsNews()
    {
        var client = Watch("a");
        var old = new AgedRecord(Records.Fine("a", PipelineStatus.Failed, 2), TimeSpan.FromSeconds(20));

        _broadcaster.Replace(new StatusVersion(Records.Epoch, 2), [old], new HashSet<string>());
        Assert.False(client.TryTake(out _));

        _broadcaster.Receive(Records.Confirmation(3, "a"));
        Assert.Equal(PipelineStatus.Failed, Take(client).Record!.Status);
    }

    [Fact]
    public void WithTheShortestIntervalAChangeThatABusyMachineHeldUpIsToldAllTheSame()
    {
        var broadcaster = new StatusBroadcaster(new PollCadence(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50)), _clock, PipeScheduler.Inline);
        broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Active, 1)));
        var client = broadcaster.Subscribe(["a"]);
        client.Begin();
        var read = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromMilliseconds(300));

        broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Paused, 2)) with { ReadAt = read });

        Assert.Equal(PipelineStatus.Paused, Take(client).Record!.Status);
    }

    private static StreamEvent Take(Subscriber client)
    {
        Assert.True(client.TryTake(out var delivery));
        return delivery;
    }

    /// <summary>A stream that was told all of these, read just now.</summary>
    private Subscriber Watch(params string[] pipelineIds)
    {
        foreach (var id in pipelineIds) _broadcaster.Receive(Records.Update(Records.Fine(id, PipelineStatus.Active, 1)));
        var client = _broadcaster.Subscribe(pipelineIds);
        client.Begin();
        _monitor.Look();
        return client;
    }

    /// <summary>Time passes, and the monitor looks as often as it does.</summary>
    private void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Moment)
        {
            _clock.Advance(Moment);
            _monitor.Look();
        }
    }
}
