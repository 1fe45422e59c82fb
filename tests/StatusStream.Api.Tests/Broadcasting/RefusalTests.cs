using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Broadcasting;

/// <summary>What streams are told of pipelines that are not read for them.</summary>
public class RefusalTests
{
    private static readonly PollCadence Cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));

    private readonly FakeTimeProvider _clock = new();
    private readonly StatusBroadcaster _broadcaster;

    public RefusalTests() => _broadcaster = new StatusBroadcaster(Cadence, _clock, PipeScheduler.Inline);

    [Theory]
    [InlineData(PipelineCondition.BeyondNew)]
    [InlineData(PipelineCondition.BeyondWatched)]
    public void ARefusedPipelineDelaysNoFirstBatchAndIsToldOnce(PipelineCondition reason)
    {
        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Active, 1)));
        var client = Subscribe(reason, "a", "beyond");

        Assert.True(client.IsFirstBatchDue);
        Assert.Equal("a", Assert.Single(client.Begin().Records!).PipelineId);
        Assert.Equal(("beyond", reason), Error(client));
        Assert.False(client.TryTake(out _));
    }

    [Fact]
    public void NobodyMissesAReadOfARefusedPipeline()
    {
        var client = Subscribe(PipelineCondition.BeyondNew, "beyond");
        _clock.Advance(TimeSpan.FromMinutes(5));
        _broadcaster.CheckFreshness();

        Assert.Equal(0, _broadcaster.StalePipelines);
        Assert.False(_broadcaster.IsBehind);
        _broadcaster.Unsubscribe(client);
    }

    [Fact]
    public void WhatOthersWatchIsToldAndWhenTheyHaveLeftItIsRefusedAgain()
    {
        var client = Subscribe(PipelineCondition.BeyondWatched, "beyond");
        client.Begin();
        Error(client);

        _broadcaster.Receive(Records.Update(Records.Fine("beyond", PipelineStatus.Active, 1)));
        Assert.True(client.TryTake(out var update));
        Assert.Equal((StreamEventKind.Update, PipelineStatus.Active), (update.Kind, update.Record!.Status));

        _broadcaster.Receive(Records.Forgetting(1, "beyond"));
        Assert.Equal(("beyond", PipelineCondition.BeyondWatched), Error(client));
        _clock.Advance(TimeSpan.FromMinutes(5));
        _broadcaster.CheckFreshness();
        Assert.Equal(0, _broadcaster.StalePipelines);
    }

    [Fact]
    public void WhoWatchesItIsToldNothingOfWhatAnotherIsRefused()
    {
        var refused = Subscribe(PipelineCondition.BeyondNew, "beyond");
        _broadcaster.Unsubscribe(refused);
        var watcher = _broadcaster.Subscribe(["beyond"]);
        watcher.Begin();

        _broadcaster.Receive(Records.Update(Records.Fine("beyond", PipelineStatus.Active, 1)));
        _broadcaster.Receive(Records.Forgetting(1, "beyond"));

        Assert.True(watcher.TryTake(out var update));
        Assert.Equal(StreamEventKind.Update, update.Kind);
        Assert.False(watcher.TryTake(out _));
        _broadcaster.CheckFreshness();
        _clock.Advance(Cadence.FreshnessBound(Cadence.Interval) + TimeSpan.FromSeconds(1));
        _broadcaster.CheckFreshness();
        Assert.Equal(1, _broadcaster.StalePipelines);
    }

    [Fact]
    public void WhatWhoeverPollsDoesNotReadIsToldToThoseAloneWhoKnowNothingOfIt()
    {
        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Active, 1)));
        var client = _broadcaster.Subscribe(["a", "beyond"]);
        Assert.False(client.IsFirstBatchDue);

        _broadcaster.Receive(Records.Confirmation(1) with { Refused = ["a", "beyond", "unwatched"] });

        Assert.True(client.IsFirstBatchDue);
        Assert.Equal("a", Assert.Single(client.Begin().Records!).PipelineId);
        Assert.Equal(("beyond", PipelineCondition.BeyondWatched), Error(client));
        Assert.False(client.TryTake(out _));
    }

    private static (string PipelineId, PipelineCondition Condition) Error(Subscriber client)
    {
        Assert.True(client.TryTake(out var error));
        Assert.Equal(StreamEventKind.Error, error.Kind);
        return (error.Record!.PipelineId, error.Record.Condition);
    }

    private Subscriber Subscribe(PipelineCondition reason, params string[] pipelineIds) =>
        _broadcaster.Subscribe(pipelineIds, refused: new Dictionary<string, PipelineCondition> { ["beyond"] = reason });
}
