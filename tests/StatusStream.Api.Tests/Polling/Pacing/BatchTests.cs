using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Pacing;

namespace PipelineAspire.StatusStream.Tests.Polling.Pacing;

public class BatchTests
{
    private static readonly PollCadence Cadence = new(Seconds(2), Seconds(3));

    [Fact]
    public void TenThousandPipelinesInBatchesOfTwoHundredNeedAtMostSixtyRequestsASecond()
    {
        var (schedule, backend) = Watch(10_000, batchSize: 200);

        backend.Run(Seconds(20));

        Assert.InRange(backend.RequestsBetween(Seconds(10), Seconds(20)), 250, 600);
        EachIsReadWithin(Seconds(2.001), backend, from: Seconds(4), to: Seconds(20));
        Assert.All(backend.Requests, request => Assert.InRange(request.Read.Batch?.Count ?? 1, 1, 200));
        Assert.Equal(1, schedule.Stretch);
    }

    [Fact]
    public void BatchesAreSpreadOverTheInterval()
    {
        var (_, backend) = Watch(10_000, batchSize: 200);

        backend.Run(Seconds(20));

        var perSlice = Enumerable.Range(0, 20).Select(i => backend.RequestsBetween(Seconds(16 + (i * 0.1)), Seconds(16.1 + (i * 0.1)))).ToList();
        Assert.All(perSlice, count => Assert.InRange(count, 0, 8));
    }

    [Fact]
    public void AnAnswerAboutAllIsAskedForOncePerInterval()
    {
        var (_, backend) = Watch(10_000, ScheduleLimits.All);

        backend.Run(Seconds(20));

        Assert.InRange(backend.RequestsBetween(Seconds(10), Seconds(20)), 5, 6);
        EachIsReadWithin(Seconds(2.001), backend, from: Seconds(4), to: Seconds(20));
    }

    [Fact]
    public void AFewPipelinesAreOneRequestPerInterval()
    {
        var (_, backend) = Watch(30, batchSize: 200);

        backend.Run(Seconds(20));

        Assert.InRange(backend.RequestsBetween(Seconds(10), Seconds(20)), 5, 6);
        EachIsReadWithin(Seconds(2.001), backend, from: Seconds(4), to: Seconds(20));
    }

    [Fact]
    public void ANewWatcherOfAFewIsAnsweredByReadsOfTheirOwn()
    {
        var (schedule, backend) = Watch(500, batchSize: 200);
        backend.Run(Seconds(10.1));
        var before = backend.Requests.Count;

        schedule.Watch("new", Seconds(10.1));
        backend.Run(Seconds(10.1));

        Assert.Equal(new PlannedRead("new"), Assert.Single(backend.Requests.Skip(before)).Read);
    }

    [Fact]
    public void ManyNewOnesAreABatchAtOnce()
    {
        var (_, backend) = Watch(326, batchSize: 200);

        backend.Run(TimeSpan.Zero);

        Assert.Equal(326, backend.Requests.Sum(request => request.Read.Batch?.Count ?? 1));
        Assert.InRange(backend.Requests.Count, 2, 2 + BatchPicker.FastLane);
    }

    [Fact]
    public void WhatIsMissingFromABatchIsReadAloneAtOnce()
    {
        var (_, backend) = Watch(300, batchSize: 200);
        backend.IsMissingFromBatches = id => id == "p7";

        backend.Run(Seconds(20));

        EachIsReadWithin(Seconds(2.001), backend, from: Seconds(4), to: Seconds(20));
        var batches = backend.Requests.Count(request => request.Read.Batch?.Contains("p7", StringComparer.Ordinal) == true);
        var alone = backend.Requests.Count(request => request.Read == new PlannedRead("p7"));
        Assert.InRange(batches, 1, 1);
        Assert.InRange(alone, 9, 11);
    }

    [Fact]
    public void WhatIsNotThereIsReadAloneAndSeldom()
    {
        var (_, backend) = Watch(300, batchSize: 200);
        backend.IsMissingFromBatches = id => id == "p7";
        backend.Answer = (id, _) => id == "p7"
            ? new PipelineReading(id, PipelineCondition.NotFound)
            : new PipelineReading(id, PipelineCondition.Ok, PipelineStatus.Active);

        backend.Run(Seconds(40));

        Assert.InRange(backend.Reads["p7"].Count, 4, 7);
    }

    [Fact]
    public void OneOnItsWayHasReadsOfItsOwn()
    {
        var (_, backend) = Watch(300, batchSize: 200);
        backend.Answer = (id, _) => new PipelineReading(id, PipelineCondition.Ok, id == "p7" ? PipelineStatus.Stopping : PipelineStatus.Active);

        backend.Run(Seconds(20));

        EachIsReadWithin(Seconds(2.001), backend, from: Seconds(4), to: Seconds(20));
        Assert.InRange(backend.Requests.Count(request => request.Read == new PlannedRead("p7")), 8, 11);
    }

    [Fact]
    public void ACallToLookNowIsAReadOfItsOwnAtOnce()
    {
        var (schedule, backend) = Watch(10_000, batchSize: 200);
        backend.Run(Seconds(11.2345));
        schedule.Refresh("p77", Seconds(11.2345));

        backend.Run(Seconds(11.5));

        Assert.Contains(backend.Requests, request => request.Read == new PlannedRead("p77") && request.At <= Seconds(11.5));
    }

    [Fact]
    public void AWholeAnswerThatIsWantedIsReadAloneAtOnceUnlessItIsBeingRead()
    {
        var (schedule, backend) = Watch(300, batchSize: 200);
        backend.Run(Seconds(10.5));
        var before = backend.Requests.Count;
        schedule.WantDocument("p7", isWanted: true, Seconds(10.5));
        backend.Run(Seconds(10.5));
        schedule.WantDocument("p7", isWanted: false, Seconds(10.5));
        schedule.WantDocument("p7", isWanted: true, Seconds(10.5)); // it is under way
        backend.Run(Seconds(10.8));

        Assert.Single(backend.Requests.Skip(before), request => request.Read == new PlannedRead("p7"));
    }

    [Fact]
    public void ABackendThatAsksToBeLeftAloneIsLeftAlone()
    {
        var (_, backend) = Watch(1_000, batchSize: 200);
        backend.Answer = (id, now) => now < Seconds(8)
            ? new PipelineReading(id, PipelineCondition.Error, RetryAfter: Seconds(20) - now)
            : new PipelineReading(id, PipelineCondition.Ok, PipelineStatus.Active);

        backend.Run(Seconds(30));

        Assert.Equal(0, backend.RequestsBetween(Seconds(8), Seconds(19.9)));
        EachIsReadWithin(Seconds(2.001), backend, from: Seconds(23), to: Seconds(30));
    }

    private static (PollSchedule Schedule, VirtualBackend Backend) Watch(int pipelines, int batchSize)
    {
        var schedule = new PollSchedule(Cadence, new ScheduleLimits { BatchSize = batchSize });
        for (var i = 0; i < pipelines; i++) schedule.Watch($"p{i}", TimeSpan.Zero);
        return (schedule, new VirtualBackend(schedule, TimeSpan.FromMilliseconds(5)));
    }

    private static void EachIsReadWithin(TimeSpan bound, VirtualBackend backend, TimeSpan from, TimeSpan to)
    {
        Assert.All(backend.Reads, reads =>
        {
            var times = reads.Value.Where(at => at >= from && at <= to).ToList();
            Assert.True(times.Count > 0 && times[0] - from <= bound && to - times[^1] <= bound, $"{reads.Key} is not read");
            foreach (var (earlier, later) in times.Zip(times.Skip(1)))
                Assert.True(later - earlier <= bound, $"{reads.Key}: {later - earlier} between two reads");
        });
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
