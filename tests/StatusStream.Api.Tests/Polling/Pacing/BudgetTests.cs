using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Pacing;

namespace PipelineAspire.StatusStream.Tests.Polling.Pacing;

public class BudgetTests
{
    private static readonly PollCadence Cadence = new(Seconds(2), Seconds(3));

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    public void TheBudgetIsNeverExceededInAnySecond(int perSecond)
    {
        var (schedule, backend) = Watch(2_000, perSecond);

        for (var i = 1; i < 20; i++)
        {
            backend.Run(Seconds(i * 1.7));
            schedule.Refresh($"p{i}", backend.Now);
            for (var n = 0; n < 50; n++) schedule.Watch($"new-{i}-{n}", backend.Now);
        }

        for (var i = 0; i < backend.Requests.Count - perSecond - 1; i++)
        {
            var within = backend.Requests[i + perSecond + 1].At - backend.Requests[i].At;
            Assert.True(within > Seconds(0.979), $"{perSecond + 2} requests within {within} at {backend.Requests[i].At}");
        }
    }

    [Fact]
    public void AllIntervalsStretchEvenly()
    {
        var (schedule, backend) = Watch(1_000, perSecond: 100);

        backend.Run(Seconds(100));

        Assert.InRange(schedule.Stretch, 5, 7); // 500 a second into 90
        var counts = backend.Reads.Values.Select(times => times.Count(at => at > Seconds(40))).ToList();
        Assert.Equal(1_000, counts.Count);
        Assert.InRange(counts.Max() - counts.Min(), 0, 2);
        Assert.All(backend.Reads, reads => Assert.InRange(reads.Value.Count, 5, 12));
    }

    [Fact]
    public void WhoeverIsNewIsReadWithinTheStretchedIntervalBeforeOthersAreReadTwice()
    {
        var (schedule, backend) = Watch(200, perSecond: 20);

        backend.Run(Seconds(60));

        var interval = schedule.IntervalOf("p0");
        Assert.InRange(interval, Seconds(11), Seconds(12)); // 100 a second into 18
        Assert.Equal(200, backend.Reads.Count);
        foreach (var times in backend.Reads.Values)
        {
            Assert.InRange(times[0], TimeSpan.Zero, interval);
            Assert.All(times.Zip(times.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, interval * 0.8, interval * 1.2));
        }
    }

    [Fact]
    public void WhereTheBudgetSufficesNothingStretches()
    {
        var (schedule, backend) = Watch(100, perSecond: 60);

        backend.Run(Seconds(20));

        Assert.Equal(1, schedule.Stretch);
        Assert.Equal(5, backend.Reads["p42"].Count(at => at > Seconds(10) && at <= Seconds(20)));
    }

    [Fact]
    public void TheStretchIsOverWhenFewerAreWatched()
    {
        var (schedule, backend) = Watch(1_000, perSecond: 100);
        backend.Run(Seconds(20));
        for (var i = 50; i < 1_000; i++) schedule.Watch($"p{i}", backend.Now, until: backend.Now);
        backend.Run(Seconds(21));
        schedule.DropExpired(backend.Now);

        backend.Run(Seconds(60));

        Assert.Equal(1, schedule.Stretch);
        Assert.InRange(backend.Reads["p42"].Count(at => at > Seconds(40)), 9, 11);
    }

    [Fact]
    public void ManyNewOnesBreakNoPromiseThatWasMadeToOthers()
    {
        var (schedule, backend) = Watch(18, perSecond: 10);
        backend.Run(Seconds(20));
        var promises = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        var broken = new List<string>();
        backend.Read = reading =>
        {
            if (promises.TryGetValue(reading.PipelineId, out var due) && backend.Now > due + Seconds(2))
                broken.Add($"{reading.PipelineId} at {backend.Now}, due {due}");
            promises[reading.PipelineId] = backend.Now + schedule.IntervalOf(reading.PipelineId);
        };
        for (var i = 0; i < 200; i++) schedule.Watch($"new-{i}", backend.Now);

        backend.Run(Seconds(200));

        Assert.Empty(broken);
        Assert.Equal(218, backend.Reads.Count);
    }

    [Fact]
    public void ABatchIsOneRequestOfTheBudget()
    {
        var schedule = new PollSchedule(Cadence, new ScheduleLimits { BatchSize = 200, MaxRequestsPerSecond = 30 });
        for (var i = 0; i < 5_000; i++) schedule.Watch($"p{i}", TimeSpan.Zero);
        var backend = new VirtualBackend(schedule, TimeSpan.FromMilliseconds(5));

        backend.Run(Seconds(40));

        Assert.Equal(1, schedule.Stretch);
        Assert.All(backend.Reads, reads => Assert.InRange(reads.Value.Count(at => at > Seconds(20)), 9, 12));
    }

    private static (PollSchedule Schedule, VirtualBackend Backend) Watch(int pipelines, int perSecond)
    {
        var schedule = new PollSchedule(Cadence, new ScheduleLimits { MaxRequestsPerSecond = perSecond });
        for (var i = 0; i < pipelines; i++) schedule.Watch($"p{i}", TimeSpan.Zero);
        return (schedule, new VirtualBackend(schedule, TimeSpan.FromMilliseconds(5)));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
