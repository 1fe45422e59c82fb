using Xunit.Abstractions;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

[Collection(SharedSystemCollection.Name)]
public sealed class SteadyStateTests(SharedSystem system, ITestOutputHelper output) : ChaosTest(system, output)
{
    [Fact]
    public async Task ThreeReplicasWithNinetyClientsReadEachPipelineOncePerInterval()
    {
        const int intervals = 30;
        await GatherAsync(each: 30);

        await Shared.Backend.ResetStatsAsync();
        var started = Bounded.Now;
        await Bounded.PassAsync(intervals * Shared.Interval);
        var stats = await Shared.Backend.StatsAsync();

        var expected = Bounded.Since(started) / Shared.Interval * Shared.Backend.PipelineIds.Count;
        Say(
            $"90 clients, 3 replicas: {stats.Total} reads where one per pipeline and interval is {expected:0.0} " +
            $"({stats.Total / expected - 1:+0.0 %;-0.0 %}), by {string.Join(", ", stats.Callers)}");
        Assert.Single(stats.Callers);
        Assert.InRange(stats.Total, expected * 0.8, expected * 1.05);
        Assert.All(stats.Pipelines.Values, reads => Assert.InRange(reads, intervals * 0.8, (expected / Shared.Backend.PipelineIds.Count * 1.05) + 1));
    }

    [Fact]
    public async Task EveryClientIsToldOfEveryChangeOnce()
    {
        await GatherAsync(each: 30);

        await using (Churn()) await Bounded.PassAsync(Seconds(3));

        await Audience.AssertTrueAsync(Shared.Converged);
        Audience.AssertNoneDropped();
    }
}

[CollectionDefinition(Name)]
public sealed class SharedSystemCollection : ICollectionFixture<SharedSystem>
{
    public const string Name = "three replicas";
}
