using PipelineAspire.Benchmarks.Load;

namespace PipelineAspire.Benchmarks.Tests.Load;

public sealed class FleetPlanTests
{
    private static readonly Uri[] Servers = [new("http://127.0.0.1:1"), new("http://127.0.0.1:2")];

    [Fact]
    public void ASpreadPipelineGoesToThoseWhoWatchIt()
    {
        var plan = new FleetPlan(Servers, 10, 3, IsSpread: true);

        Assert.Equal([4, 3, 3], Enumerable.Range(0, 3).Select(plan.AudienceOf));
        Assert.Contains("pipelineIds=bench-2 ", plan.RequestOf(5, null), StringComparison.Ordinal);
    }

    [Fact]
    public void OtherwiseEveryStreamWatchesAll()
    {
        var plan = new FleetPlan(Servers, 10, 3);

        Assert.Equal(10, plan.AudienceOf(2));
        Assert.Contains("pipelineIds=bench-0,bench-1,bench-2 HTTP/1.1\r\n", plan.RequestOf(5, "a-1"), StringComparison.Ordinal);
        Assert.EndsWith("Last-Event-ID: a-1\r\n\r\n", plan.RequestOf(5, "a-1"), StringComparison.Ordinal);
    }

    [Fact]
    public void StreamsGoToTheServersInTurnAndComeFromSeveralAddressesWhenTheyAreMany()
    {
        var plan = new FleetPlan(Servers, 18_000, 1);

        Assert.Equal([1, 2, 1], Enumerable.Range(0, 3).Select(client => plan.ServerOf(client).Port));
        Assert.Null(FleetPlan.SourceOf(13_999));
        Assert.Equal("127.0.0.2", FleetPlan.SourceOf(14_000)?.ToString());
    }
}
