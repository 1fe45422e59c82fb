using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Pacing;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Polling.Pacing;

public class PipelinePaceTests
{
    private static readonly PollCadence Cadence = new(Seconds(2), Seconds(3)) { StableInterval = Seconds(30), BackgroundInterval = Seconds(10) };

    [Fact]
    public void APipelineThatDoesNotChangeIsReadEverLessOften()
    {
        var pace = default(PipelinePace);
        var intervals = new List<double>();
        for (var i = 0; i < 17; i++)
        {
            pace = pace.After(Good(PipelineStatus.Active));
            intervals.Add(pace.Interval(Cadence).TotalSeconds);
        }

        // The first read says what it is, ten more that it stays so.
        Assert.Equal([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 4, 8, 16, 30, 30, 30, 30], intervals);
    }

    [Fact]
    public void WithoutAStableIntervalNothingIsEverReadLessOften()
    {
        var plain = new PollCadence(Seconds(2), Seconds(3));

        Assert.Equal(Seconds(2), Resting().Interval(plain));
    }

    [Fact]
    public void AChangeBringsItBack() => Assert.Equal(Seconds(2), Resting().After(Good(PipelineStatus.Paused)).Interval(Cadence));

    [Fact]
    public void ASignOfLifeBringsItBack() => Assert.Equal(Seconds(2), Resting().Revived().Interval(Cadence));

    [Fact]
    public void AFailureBringsItBack() => Assert.Equal(Seconds(2), Resting().After(new PipelineReading("p", PipelineCondition.Timeout)).Interval(Cadence));

    [Fact]
    public void OneThatIsOnItsWayNeverRests()
    {
        PipelineStatus[] onTheirWay =
            [PipelineStatus.Starting, PipelineStatus.Pausing, PipelineStatus.Resuming, PipelineStatus.Stopping, PipelineStatus.Terminating];

        Assert.All(onTheirWay, status => Assert.Equal(Seconds(2), Resting(status).Interval(Cadence)));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(7, 7)]
    [InlineData(300, 30)]
    public void HowLongAnAnswerHoldsIsALowerBoundUpToTheStableInterval(double maxAge, double interval)
    {
        var pace = default(PipelinePace).After(Good(PipelineStatus.Active) with { MaxAge = Seconds(maxAge) });

        Assert.Equal(Seconds(interval), pace.Interval(Cadence));
        Assert.Equal(Seconds(2), pace.After(Good(PipelineStatus.Active)).Interval(Cadence));
        Assert.Equal(Seconds(2), pace.Revived().Interval(Cadence));
    }

    [Fact]
    public void WhatIsNotThereIsReadAfterTwiceFourTimesTheIntervalUpToAMinute()
    {
        var pace = default(PipelinePace).After(Good(PipelineStatus.Active));
        var intervals = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            pace = pace.After(new PipelineReading("p", PipelineCondition.NotFound));
            intervals.Add(pace.Interval(Cadence).TotalSeconds);
        }

        Assert.Equal([4, 8, 16, 32, 60, 60, 60], intervals);
        Assert.Equal(Seconds(2), pace.After(Good(PipelineStatus.Active)).Interval(Cadence));
    }

    [Fact]
    public void WhatNobodyKnowsIsReadOnceAMinute()
    {
        var missing = default(PipelinePace).After(new PipelineReading("p", PipelineCondition.NotFound));
        var failing = default(PipelinePace).After(new PipelineReading("p", PipelineCondition.Error));

        Assert.Equal(Seconds(4), missing.Interval(Cadence));
        Assert.Equal(Seconds(60), (missing with { IsUnlisted = true }).Interval(Cadence));
        Assert.Equal(Seconds(2), failing.Interval(Cadence));
        Assert.Equal(Seconds(60), (failing with { IsUnlisted = true }).Interval(Cadence));
        Assert.Equal(Seconds(2), (failing with { IsUnlisted = true }).After(Good(PipelineStatus.Active)).Interval(Cadence));
    }

    [Fact]
    public void WhatNobodyHasOnTheScreenIsReadLessOften()
    {
        var hidden = default(PipelinePace).After(Good(PipelineStatus.Active)) with { IsBackground = true };

        Assert.Equal(Seconds(10), hidden.Interval(Cadence));
        Assert.Equal(Seconds(30), (Resting() with { IsBackground = true }).Interval(Cadence));
        Assert.Equal(Seconds(2), (hidden with { IsBackground = false }).Interval(Cadence));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(12)]
    [InlineData(40)]
    public void AnotherPollerGoesOnWithTheSameInterval(int reads)
    {
        var pace = default(PipelinePace);
        for (var i = 0; i <= reads; i++) pace = pace.After(Good(PipelineStatus.Active));
        var interval = pace.Interval(Cadence);

        var resumed = PipelinePace.Resume(Records.Fine("p", PipelineStatus.Active, 1), interval, Cadence);

        Assert.Equal(interval, resumed.Interval(Cadence));
    }

    private static PipelinePace Resting(PipelineStatus status = PipelineStatus.Active)
    {
        var pace = default(PipelinePace);
        for (var i = 0; i < 40; i++) pace = pace.After(Good(status));
        return pace;
    }

    private static PipelineReading Good(PipelineStatus status) => new("p", PipelineCondition.Ok, status);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
