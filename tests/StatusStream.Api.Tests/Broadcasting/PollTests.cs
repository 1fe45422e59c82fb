using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Broadcasting;

/// <summary>What a poll for many pipelines is told, and when.</summary>
public class PollTests
{
    private static readonly PollCadence Cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)) { StableInterval = TimeSpan.FromMinutes(1) };
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly TimerCountingClock _clock = new();
    private readonly StatusBroadcaster _broadcaster;

    public PollTests() => _broadcaster = new StatusBroadcaster(Cadence, _clock, PipeScheduler.Inline);

    [Fact]
    public async Task OneThatHangsIsLeftOutAfterAGraceAndTheOthersAreTold()
    {
        Receive(Records.Fine("a", PipelineStatus.Active, 1), Records.Fine("b", PipelineStatus.Paused, 2));
        var poll = PollAsync("a", "hangs", "b");

        _clock.Advance(StatusBroadcaster.PollGrace - Tick);
        Assert.False(poll.IsCompleted);
        _clock.Advance(Tick);

        Assert.Equal([("a", true), ("hangs", false), ("b", true)], (await poll.Soon()).Select(pipeline => (pipeline.PipelineId, pipeline.IsFresh)));
        Assert.Equal(0, _broadcaster.WaitingPolls);
    }

    [Fact]
    public async Task WhatWasFreshWhenThePollCameIsToldAfterTheGraceToo()
    {
        Receive(Records.Fine("a", PipelineStatus.Active, 1));
        _clock.Advance(Cadence.Interval * 2);
        var poll = PollAsync("a", "hangs");

        _clock.Advance(StatusBroadcaster.PollGrace);

        Assert.Equal([true, false], (await poll.Soon()).Select(pipeline => pipeline.IsFresh));
    }

    [Fact]
    public async Task OneThatIsReadWithinTheGraceIsTold()
    {
        Receive(Records.Fine("a", PipelineStatus.Active, 1));
        var poll = PollAsync("a", "new");
        Assert.False(poll.IsCompleted);

        Receive(Records.Fine("new", PipelineStatus.Paused, 2));

        Assert.All(await poll.Soon(), pipeline => Assert.True(pipeline.IsFresh));
    }

    [Fact]
    public async Task OfManyNewOnesTheLastIsWaitedForTwiceAsLongAsTheFirstTook()
    {
        var poll = PollAsync("a", "hangs");
        _clock.Advance(TimeSpan.FromSeconds(2));
        Receive(Records.Fine("a", PipelineStatus.Active, 1));
        await _clock.SetAsync(timers: 2);

        _clock.Advance(TimeSpan.FromSeconds(2) - Tick);
        Assert.False(poll.IsCompleted);
        _clock.Advance(Tick);

        Assert.Equal([true, false], (await poll.Soon()).Select(pipeline => pipeline.IsFresh));
    }

    [Fact]
    public async Task HoweverLateTheFirstAPollTakesOneIntervalAndOneReadAtMost()
    {
        var poll = PollAsync("a", "hangs");
        _clock.Advance(Cadence.Interval + Cadence.RequestTimeout - TimeSpan.FromMilliseconds(1));
        Receive(Records.Fine("a", PipelineStatus.Active, 1));
        await _clock.SetAsync(timers: 2);

        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([true, false], (await poll.Soon()).Select(pipeline => pipeline.IsFresh));
    }

    [Theory]
    [InlineData(PipelineCondition.Error)]
    [InlineData(PipelineCondition.Timeout)]
    public async Task OneWhoseReadsFailHoldsUpNobodyEvenAlone(PipelineCondition condition)
    {
        Receive(Records.Failing("a", condition, 1, PipelineStatus.Active));
        _clock.Advance(Cadence.Interval * 2);

        var poll = PollAsync("a");

        Assert.True(poll.IsCompletedSuccessfully);
        Assert.Equal((false, condition), (Assert.Single(await poll).IsFresh, (await poll)[0].Record!.Condition));
    }

    [Fact]
    public void OneThatFailedLongAgoIsWaitedForLikeOneThatWasNeverRead()
    {
        Receive(Records.Failing("a", PipelineCondition.Error, 1, PipelineStatus.Active));
        _clock.Advance((Cadence.Interval * 2) + Tick);

        Assert.False(PollAsync("a").IsCompleted);
    }

    [Fact]
    public void OneThatIsReadSeldomIsFreshForTwoOfItsOwnIntervals()
    {
        ReceiveResting("a", TimeSpan.FromSeconds(16));
        _clock.Advance(TimeSpan.FromSeconds(32));
        Assert.True(PollAsync("a").IsCompleted);

        _clock.Advance(Tick);
        Assert.False(PollAsync("a").IsCompleted);
    }

    [Fact]
    public async Task OneThatWhoeverPollsRefusesIsNotWaitedFor()
    {
        var poll = PollAsync("beyond");
        _broadcaster.Receive(Records.Confirmation(1) with { Refused = ["beyond"] });

        Assert.Equal((false, PipelineCondition.BeyondWatched), (Assert.Single(await poll.Soon()).IsFresh, (await poll)[0].Record!.Condition));
    }

    [Fact]
    public async Task AWaitForAReadEndsWithTheNextOneWellOrNot()
    {
        Receive(Records.Fine("a", PipelineStatus.Active, 1));
        var well = WaitAsync("a");
        var failed = WaitAsync("b");
        Assert.Equal(2, _broadcaster.WaitingPolls);

        _broadcaster.Receive(Records.Confirmation(1, "a"));
        await well.Soon();
        Assert.False(failed.IsCompleted);

        Receive(Records.Failing("b", PipelineCondition.Timeout, 2));
        await failed.Soon();
        Assert.Equal(0, _broadcaster.WaitingPolls);
    }

    [Fact]
    public async Task AWaitForAReadIsOverWhenItsTimeIsOrNothingIsLeftToWaitFor()
    {
        var late = WaitAsync("a");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await late.Soon();

        Assert.True(_broadcaster.WaitForReadAsync("a", TimeSpan.FromSeconds(1), () => Task.FromResult(true), CancellationToken.None).IsCompletedSuccessfully);
        Assert.True(WaitAsync("a", patience: TimeSpan.FromSeconds(-1)).IsCompletedSuccessfully);
        Assert.Equal(0, _broadcaster.WaitingPolls);
    }

    [Fact]
    public async Task AReadWhileTheWaitIsPreparedIsNotMissed()
    {
        await _broadcaster.WaitForReadAsync(
            "a",
            TimeSpan.FromSeconds(1),
            () =>
            {
                Receive(Records.Fine("a", PipelineStatus.Active, 1));
                return Task.FromResult(false);
            },
            CancellationToken.None).Soon();
    }

    [Fact]
    public void OnlyWhatRestsAndWasReadLongAgoIsResting()
    {
        Receive(Records.Fine("quick", PipelineStatus.Active, 1));
        ReceiveResting("rests", TimeSpan.FromSeconds(16));
        _broadcaster.Receive(Records.Update(Records.Failing("missing", PipelineCondition.NotFound, 3)) with { Intervals = Intervals("missing", 8) });
        Assert.Empty(_broadcaster.Resting(["quick", "rests", "missing", "unknown"]));

        _clock.Advance(Cadence.Interval + Tick);

        Assert.Equal(["rests"], _broadcaster.Resting(["quick", "rests", "missing", "unknown"]));
    }

    private static Dictionary<string, TimeSpan> Intervals(string pipelineId, int seconds) => new() { [pipelineId] = TimeSpan.FromSeconds(seconds) };

    private void Receive(params PipelineRecord[] records) => _broadcaster.Receive(Records.Update(records));

    private void ReceiveResting(string pipelineId, TimeSpan interval) => _broadcaster.Receive(
        Records.Update(Records.Fine(pipelineId, PipelineStatus.Active, 2)) with { Intervals = Intervals(pipelineId, (int)interval.TotalSeconds) });

    private Task<IReadOnlyList<PolledPipeline>> PollAsync(params string[] pipelineIds) => _broadcaster.PollAsync(pipelineIds, CancellationToken.None);

    private Task WaitAsync(string pipelineId, TimeSpan? patience = null) =>
        _broadcaster.WaitForReadAsync(pipelineId, patience ?? TimeSpan.FromSeconds(1), () => Task.FromResult(false), CancellationToken.None);

    /// <summary>A clock that counts the timers that were set, so that no time passes before somebody waits for it.</summary>
    private sealed class TimerCountingClock : FakeTimeProvider
    {
        private int _timers;

        public Task SetAsync(int timers) => Patience.UntilAsync(() => Volatile.Read(ref _timers) >= timers, $"{timers} timers are set");

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            return timer;
        }
    }
}
