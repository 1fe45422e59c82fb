using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Tests.Polling;

public sealed class PollInboxTests : IDisposable
{
    private readonly CountingClock _clock = new();
    private readonly PollInbox _inbox;

    public PollInboxTests() => _inbox = new PollInbox(_clock);

    public void Dispose() => _inbox.Dispose();

    [Fact]
    public void AnAlarmThatRingsEarlyEnoughIsLeftAsItIs()
    {
        var first = _inbox.WaitAsync(TimeSpan.FromSeconds(2)).AsTask();
        _clock.Pass(TimeSpan.FromSeconds(1));
        _inbox.Finish(new FinishedRead(BackendAnswer.Of(new PipelineReading("a", PipelineCondition.Timeout)), StartedAfter: 0, BegunAt: 0, EndedAt: 0));
        Assert.True(first.IsCompletedSuccessfully);

        var second = _inbox.WaitAsync(TimeSpan.FromSeconds(1)).AsTask();
        Assert.Equal(1, _clock.Set);
        _clock.Pass(TimeSpan.FromSeconds(1));
        Assert.True(second.IsCompletedSuccessfully);
    }

    [Fact]
    public void AnEarlierAlarmIsSet()
    {
        _ = _inbox.WaitAsync(TimeSpan.FromSeconds(2)).AsTask();
        _inbox.Finish(new FinishedRead(BackendAnswer.Of(new PipelineReading("a", PipelineCondition.Timeout)), StartedAfter: 0, BegunAt: 0, EndedAt: 0));
        var second = _inbox.WaitAsync(TimeSpan.FromSeconds(1)).AsTask();
        _clock.Pass(TimeSpan.FromSeconds(1));

        Assert.True(second.IsCompletedSuccessfully);
    }

    [Fact]
    public void AnAlarmThatRangIsSetAgainEvenForTheSameMoment()
    {
        var first = _inbox.WaitAsync(TimeSpan.FromMilliseconds(1)).AsTask();
        _clock.Pass(TimeSpan.FromMilliseconds(1));
        Assert.True(first.IsCompletedSuccessfully);

        var second = _inbox.WaitAsync(TimeSpan.Zero).AsTask();
        _clock.Pass(TimeSpan.FromMilliseconds(1));
        Assert.True(second.IsCompletedSuccessfully);
    }

    [Fact]
    public void WhatArrivesBetweenTwoWaitsEndsTheSecondAtOnce()
    {
        _inbox.Refresh(["a"]);

        Assert.True(_inbox.WaitAsync(TimeSpan.FromDays(1)).AsTask().IsCompletedSuccessfully);
    }
}
