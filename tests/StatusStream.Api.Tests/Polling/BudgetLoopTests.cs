using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Polling.Pacing;

namespace PipelineAspire.StatusStream.Tests.Polling;

/// <summary>The loop under a budget, and what those who watch hear of it.</summary>
public class BudgetLoopTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.5);

    [Fact]
    public void WhatTheLoopHasNotComeToYetIsInNobodysDoubt()
    {
        using var rig = new PollingRig(limits: new ScheduleLimits { MaxRequestsPerSecond = 4 });
        string[] pipelines = [.. Enumerable.Range(0, 50).Select(i => $"p{i}")]; // 12.5 s for the first round; the bound is 8.25 s without a budget
        var client = rig.Join(pipelines);
        client.Begin();
        var told = new List<StreamEventKind>();

        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromSeconds(16); passed += Moment)
        {
            rig.Pass(Moment);
            rig.Do(rig.Broadcaster.CheckFreshness);
            while (client.TryTake(out var next)) told.Add(next.Kind);
            Assert.False(rig.Broadcaster.IsBehind);
        }

        Assert.Equal(50, rig.Updates.SelectMany(update => update.Changed).Select(record => record.PipelineId).Distinct().Count());
        Assert.DoesNotContain(StreamEventKind.Stalled, told);
        Assert.All(rig.Updates.Where(update => update.Changed.Count > 0), update => Assert.InRange(update.Stretch, 100, 180)); // 500 a second into 3.6
    }
}
