using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Pacing;

namespace PipelineAspire.StatusStream.Tests.Polling.Pacing;

public class OutageTests
{
    private static readonly PollCadence Cadence = new(Seconds(2), Seconds(3));

    [Theory]
    [InlineData(2_000)]
    [InlineData(300)]
    [InlineData(3)]
    public void ADeadBackendIsProbedAndNotHammered(int pipelines)
    {
        var (schedule, backend) = Watch(pipelines);
        backend.Run(Seconds(20));
        backend.Answer = (id, _) => new PipelineReading(id, PipelineCondition.Error);

        backend.Run(Seconds(320));

        Assert.True(schedule.IsBackendDown);
        var perSecond = Math.Ceiling(pipelines / 100.0) / 2;
        Assert.InRange(backend.RequestsBetween(Seconds(30), Seconds(320)), (290 * perSecond) - 5, (290 * perSecond) + 5);

        // One in a hundred goes on at the interval, the others in turn.
        Assert.InRange(backend.Reads.Values.Max(times => times.Count(at => at > Seconds(30))), 1, 146);
    }

    [Theory]
    [InlineData(2_000)]
    [InlineData(300)]
    [InlineData(3)]
    public void OnceItAnswersEverythingIsReadWithinAProbeAndAnInterval(int pipelines)
    {
        var (schedule, backend) = Watch(pipelines);
        backend.Run(Seconds(20));
        backend.Answer = (id, _) => new PipelineReading(id, PipelineCondition.Error);
        backend.Run(Seconds(100));
        backend.Answer = (id, _) => new PipelineReading(id, PipelineCondition.Ok, PipelineStatus.Active);

        backend.Run(Seconds(104.1));

        Assert.False(schedule.IsBackendDown);
        Assert.All(backend.Reads, reads => Assert.True(reads.Value[^1] > Seconds(100), $"{reads.Key} was last read at {reads.Value[^1]}"));
        var slices = backend.Requests.Where(request => request.At > Seconds(100)).GroupBy(request => (int)(request.At.TotalSeconds * 10));
        Assert.InRange(slices.Max(slice => slice.Count()), 1, (pipelines / 10) + 2);
    }

    [Fact]
    public void AFewThatFailAreNoOutage()
    {
        var (schedule, backend) = Watch(300);
        backend.Run(Seconds(20));
        backend.Answer = (id, _) => id.EndsWith('7')
            ? new PipelineReading(id, PipelineCondition.Error)
            : new PipelineReading(id, PipelineCondition.Ok, PipelineStatus.Active);

        backend.Run(Seconds(60));

        Assert.False(schedule.IsBackendDown);
        Assert.Equal(10, backend.Reads["p7"].Count(at => at > Seconds(40) && at <= Seconds(60)));
    }

    [Fact]
    public void OneThatFailsWhileTheOthersRestIsNoOutage()
    {
        var schedule = new PollSchedule(Cadence with { StableInterval = TimeSpan.FromMinutes(10) }, new ScheduleLimits());
        foreach (var id in (string[])["sick", "a", "b"]) schedule.Watch(id, TimeSpan.Zero);
        var backend = new VirtualBackend(schedule, TimeSpan.FromMilliseconds(5));
        backend.Run(Seconds(3_000));
        backend.Answer = (id, _) => id == "sick"
            ? new PipelineReading(id, PipelineCondition.Error)
            : new PipelineReading(id, PipelineCondition.Ok, PipelineStatus.Active);

        backend.Run(Seconds(4_200));

        Assert.Equal(50, backend.Reads["sick"].Count(at => at > Seconds(4_100) && at <= Seconds(4_200)));
    }

    [Fact]
    public void WhileReadsHangThoseThatCannotBeginAreFailingToo()
    {
        var schedule = new PollSchedule(Cadence, new ScheduleLimits { MaxConcurrentReads = 64 });
        for (var i = 0; i < 2_000; i++) schedule.Watch($"p{i}", TimeSpan.Zero);
        var backend = new VirtualBackend(schedule, Seconds(3)) { Answer = (id, _) => new PipelineReading(id, PipelineCondition.Timeout) };
        var failed = 0;
        for (var at = 0.1; at < 12; at += 0.1)
        {
            backend.Run(Seconds(at));
            foreach (var id in schedule.TakeHeldUp(backend.Now))
            {
                Assert.True(schedule.Complete(new PipelineReading(id, PipelineCondition.Timeout), backend.Now));
                failed++;
            }
        }

        Assert.True(schedule.IsBackendDown);
        Assert.InRange(failed, 1_700, 2_000);
        Assert.InRange(backend.RequestsBetween(Seconds(8), Seconds(12)), 0, 60);
    }

    private static (PollSchedule Schedule, VirtualBackend Backend) Watch(int pipelines)
    {
        var schedule = new PollSchedule(Cadence, new ScheduleLimits());
        for (var i = 0; i < pipelines; i++) schedule.Watch($"p{i}", TimeSpan.Zero);
        return (schedule, new VirtualBackend(schedule, TimeSpan.FromMilliseconds(5)));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
