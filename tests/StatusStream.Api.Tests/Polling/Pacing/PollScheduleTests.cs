using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Pacing;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Polling.Pacing;

public class PollScheduleTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly PollSchedule _schedule = Schedules.Of(Interval);

    [Fact]
    public void ANewPipelineIsReadAtOnce()
    {
        _schedule.Watch("a", At(12.345));

        Assert.Equal(At(12.345), _schedule.NextWake(At(12.345)));
        Assert.Equal(["a"], Take(12.345));
    }

    [Fact]
    public void ThenItIsReadOncePerIntervalAtItsPhase()
    {
        _schedule.Watch("zero", At(0));
        _schedule.Watch("a", At(0));

        var reads = RunInstantly(from: 0, to: 20).Where(read => read.PipelineId == "a").Select(read => read.At).ToArray();

        var phase = reads[1];
        Assert.InRange(phase, At(0.001), At(2));
        Assert.Equal(Enumerable.Range(0, 10).Select(cycle => phase + (cycle * Interval)).Prepend(At(0)), reads);
    }

    [Fact]
    public void AReadThatEndsWhereItBeganIsNotTakenAgainInTheSameInstant()
    {
        _schedule.Watch("a", At(0));
        Assert.Equal(["a"], Take(0));
        _schedule.Complete("a", At(0));

        Assert.Empty(Take(0));
        Assert.Equal(At(2), _schedule.NextWake(At(0)));
    }

    [Fact]
    public void WatchingWhatIsWatchedChangesNothing()
    {
        _schedule.Watch("a", At(0));
        Take(0);
        _schedule.Complete("a", At(0.1));
        _schedule.Watch("a", At(0.5));

        Assert.Empty(Take(0.5));
        Assert.Equal(At(2), _schedule.NextWake(At(0.5)));
    }

    [Fact]
    public void ReadsOfOnePipelineNeverOverlap()
    {
        _schedule.Watch("a", At(0));
        Assert.Equal(["a"], Take(0));

        Assert.Empty(Take(2));
        Assert.Empty(Take(7));
        Assert.Null(_schedule.NextWake(At(7)));

        // The missed cycles are not made up for: the next is the next at its phase.
        Assert.True(_schedule.Complete("a", At(7.5)));
        Assert.Empty(Take(7.5));
        Assert.Equal(At(8), _schedule.NextWake(At(7.5)));
    }

    [Fact]
    public void AReadingThatNobodyAskedForIsVoid()
    {
        Assert.False(_schedule.Complete("a", At(0)));
        _schedule.Watch("a", At(0));
        Assert.False(_schedule.Complete("a", At(0)));
        Take(0);
        Assert.True(_schedule.Complete("a", At(0)));
        Assert.False(_schedule.Complete("a", At(0)));
    }

    [Fact]
    public void TheNumberOfReadsUnderWayIsBounded()
    {
        var schedule = Schedules.Of(Interval, maxConcurrentReads: 3);
        foreach (var id in Ids(10)) schedule.Watch(id, At(0));

        var first = Take(schedule, 0);
        Assert.Equal(3, first.Count);
        Assert.Empty(Take(schedule, 0.5));

        schedule.Complete(first[0], At(0.5));
        Assert.Single(Take(schedule, 0.5));
    }

    [Fact]
    public void AReadOlderThanAnIntervalHoldsNoSlot()
    {
        var schedule = Schedules.Of(Interval, maxConcurrentReads: 2);
        foreach (var id in Ids(5)) schedule.Watch(id, At(0));
        var hanging = Take(schedule, 0);
        Assert.Equal(2, hanging.Count);
        Assert.Empty(Take(schedule, 1.999));
        Assert.Equal(At(2), schedule.NextWake(At(1.999)));

        var next = Take(schedule, 2);
        Assert.Equal(2, next.Count);
        Assert.Empty(hanging.Intersect(next, StringComparer.Ordinal));

        // When a hanging read ends at last it gives no second slot back.
        schedule.Complete(hanging[0], At(2.1));
        Assert.Empty(Take(schedule, 2.1));
        schedule.Complete(next[0], At(2.2));
        Assert.Single(Take(schedule, 2.2));
    }

    [Fact]
    public void LookNowReadsAtOnceButAtMostOncePer250Milliseconds()
    {
        _schedule.Watch("a", At(0));
        Take(0);
        _schedule.Complete("a", At(0.01));

        _schedule.Refresh("a", At(0.1));
        Assert.Empty(Take(0.1));
        Assert.Equal(At(0.25), _schedule.NextWake(At(0.1)));
        Assert.Equal(["a"], Take(0.25));
        _schedule.Complete("a", At(0.26));

        _schedule.Refresh("a", At(1));
        Assert.Equal(["a"], Take(1));
        _schedule.Complete("a", At(1.01));

        Assert.Equal(At(2), _schedule.NextWake(At(1.01)));
    }

    [Fact]
    public void LookNowDuringAReadReadsAgainAfterIt()
    {
        _schedule.Watch("a", At(0));
        Take(0);
        _schedule.Refresh("a", At(0.3));
        _schedule.Refresh("a", At(0.4));
        Assert.Empty(Take(0.4));

        _schedule.Complete("a", At(0.5));
        Assert.Equal(["a"], Take(0.5));
        _schedule.Complete("a", At(0.6));

        Assert.Empty(Take(0.85));
        Assert.Equal(At(2), _schedule.NextWake(At(0.85)));
    }

    [Fact]
    public void LookNowNeverPutsARegularReadOff()
    {
        _schedule.Watch("a", At(0));
        Take(0);
        _schedule.Complete("a", At(0.1));
        _schedule.Refresh("a", At(1.9));
        Take(1.9);
        _schedule.Complete("a", At(1.91));
        _schedule.Refresh("a", At(1.95));

        Assert.Equal(["a"], Take(2));
    }

    [Fact]
    public void LookNowAtWhatIsNotWatchedDoesNothing()
    {
        _schedule.Refresh("a", At(0));

        Assert.Empty(Take(0));
        Assert.Null(_schedule.NextWake(At(0)));
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(6, 6)]
    [InlineData(7, 7)]
    [InlineData(59, 59)]
    [InlineData(61, 60)]
    [InlineData(86400, 60)]
    public void RetryAfterIsHonouredUpToAMinute(double seconds, double nextRead)
    {
        _schedule.Watch("a", At(0));
        Take(0);
        _schedule.Complete("a", At(0), At(seconds));

        Assert.Empty(Take(nextRead - 0.001));
        Assert.Equal(["a"], Take(nextRead));
    }

    [Fact]
    public void ARetryAfterBeyondAllNumbersIsAMinuteToo()
    {
        _schedule.Watch("a", At(0));
        Take(0);
        _schedule.Complete("a", At(0), TimeSpan.MaxValue);

        Assert.Equal(At(60), _schedule.NextWake(At(0)));
    }

    [Fact]
    public void LookNowRespectsRetryAfterAndTheNextGoodReadForgetsIt()
    {
        _schedule.Watch("a", At(0));
        Take(0);
        _schedule.Complete("a", At(0), At(10));
        _schedule.Refresh("a", At(1));
        Assert.Empty(Take(9.999));
        Assert.Equal(["a"], Take(10));

        _schedule.Complete("a", At(10));
        _schedule.Refresh("a", At(11));
        Assert.Equal(["a"], Take(11));
    }

    [Fact]
    public void ALingeringPipelineIsDroppedExactlyWhenItsTimeIsOver()
    {
        _schedule.Watch("a", At(0), until: At(6));
        _schedule.Watch("b", At(0));

        Assert.Empty(_schedule.DropExpired(At(6) - TimeSpan.FromTicks(1)));
        Assert.Equal(["a"], _schedule.DropExpired(At(6)));
        Assert.Equal(["b"], _schedule.PipelineIds);
        Assert.Equal(["b"], Take(6));
    }

    [Fact]
    public void WatchedAgainInTimeItStays()
    {
        _schedule.Watch("a", At(0), until: At(6));
        _schedule.Watch("a", At(5));

        Assert.Empty(_schedule.DropExpired(At(100)));
        Assert.Equal(["a"], _schedule.PipelineIds);
    }

    [Fact]
    public void OneThatIsBeingReadStaysUntilTheReadIsOver()
    {
        _schedule.Watch("a", At(0), until: At(1));
        Take(0);

        Assert.Empty(_schedule.DropExpired(At(1)));
        Assert.True(_schedule.Complete("a", At(1.5)));
        Assert.Equal(["a"], _schedule.DropExpired(At(1.5)));
        Assert.Null(_schedule.NextWake(At(1.5)));
    }

    [Fact]
    public void DroppedAndWatchedAgainItIsReadAtOnce()
    {
        _schedule.Watch("a", At(0), until: At(1));
        Take(0);
        _schedule.Complete("a", At(0.1));
        _schedule.DropExpired(At(1));
        _schedule.Watch("a", At(1.1));

        Assert.Equal(["a"], Take(1.1));
    }

    [Fact]
    public void ThousandsOfPipelinesAreSpreadEvenlyOverTheInterval()
    {
        const int Pipelines = 5000;
        const int Slices = 100;
        foreach (var id in Ids(Pipelines)) _schedule.Watch(id, At(0));

        var reads = RunInstantly(from: 0, to: 4).Where(read => read.At > At(2) && read.At <= At(4)).ToArray();

        Assert.Equal(Pipelines, reads.Select(read => read.PipelineId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Pipelines, reads.Length);
        var perSlice = reads.GroupBy(read => (int)((read.At - At(2)).Ticks * Slices / (Interval.Ticks + 1))).Select(slice => slice.Count()).ToArray();
        Assert.Equal(Slices, perSlice.Length);
        Assert.All(perSlice, count => Assert.InRange(count, (Pipelines / Slices) - 5, (Pipelines / Slices) + 5));
    }

    [Fact]
    public void CallsToLookNowDoNotPileUpBehindALongInterval()
    {
        var schedule = Schedules.Of(TimeSpan.FromHours(1), maxConcurrentReads: 8);
        schedule.Watch("a", At(0));
        schedule.Watch("b", At(0)); // due before a's next regular read, so that a's plans lie behind it
        foreach (var id in Take(schedule, 0)) schedule.Complete(id, At(0));
        var most = 0;
        for (var i = 1; i < 5_000; i++)
        {
            var now = i * 0.3;
            schedule.Refresh("a", At(now));
            Assert.Equal(["a"], Take(schedule, now));
            schedule.Complete("a", At(now + 0.01));
            most = Math.Max(most, schedule.PlannedReads);
        }

        Assert.InRange(most, 1, 64);
    }

    [Fact]
    public void ANewPollerReadsWhatIsOverdueAndLetsRestWhatRests()
    {
        var cadence = new PollCadence(Interval, At(3)) { StableInterval = At(32) };
        var schedule = new PollSchedule(cadence, new ScheduleLimits());
        var i = 0;
        foreach (var id in Ids(3200))
        {
            var pace = PipelinePace.Resume(Records.Fine(id, PipelineStatus.Active, 1), At(32), cadence);
            schedule.Watch(id, At(0), lastRead: new LastRead(At(-0.01 * i++), pace)); // each was read at its own moment
        }

        schedule.Watch("overdue", At(0), lastRead: new LastRead(At(-5), default));

        var reads = 0;
        for (var now = At(0); now < Interval; now = schedule.NextWake(now)!.Value)
        {
            while (schedule.TryTake(now, out var read))
            {
                if (reads++ == 0) Assert.Equal("overdue", read.PipelineId);
                schedule.Complete(read.PipelineId, now);
            }
        }

        Assert.InRange(reads, 190, 215); // a sixteenth of them, and the one that is overdue
    }

    private static IEnumerable<string> Ids(int count) => Enumerable.Range(0, count).Select(i => $"p{i}");

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static List<string> Take(PollSchedule schedule, double now)
    {
        var taken = new List<string>();
        while (schedule.TryTakeOne(At(now), out var id)) taken.Add(id);
        return taken;
    }

    private List<string> Take(double now) => Take(_schedule, now);

    /// <summary>Reads that take no time, whenever the schedule wakes.</summary>
    private List<(string PipelineId, TimeSpan At)> RunInstantly(double from, double to)
    {
        var reads = new List<(string, TimeSpan)>();
        for (var now = At(from); now <= At(to); now = _schedule.NextWake(now)!.Value)
        {
            while (_schedule.TryTakeOne(now, out var id))
            {
                reads.Add((id, now));
                _schedule.Complete(id, now);
            }
        }

        return reads;
    }
}
