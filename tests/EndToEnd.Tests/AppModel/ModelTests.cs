using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.AppModel;

/// <summary>What AppHost.cs promises of the running system.</summary>
[Collection(ApplicationCollection.Name)]
public sealed class ModelTests(ApplicationSystem system)
{
    private readonly Application _application = system.Application;

    [Fact]
    public async Task ThreeReplicasReadEachPipelineOnceForEverybody()
    {
        var pipelines = new[] { "everybody-1", "everybody-2" };
        foreach (var pipeline in pipelines) await _application.Backend.SetAsync(pipeline, "Running");
        var clients = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => StreamClient.OpenWithStatusesAsync(_application.Http, pipelines)));

        await _application.Backend.ResetStatsAsync();
        await _application.Backend.ReadsAsync(pipelines[0], 2);

        var stats = await _application.Backend.StatsAsync();
        Assert.Single(stats.Callers);
        Assert.InRange(stats.Of(pipelines[1]), 1, 3);
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Fact]
    public async Task RedisIsThereUnderAPassword()
    {
        var connectionString = await _application.ConnectionStringAsync("redis");

        Assert.Contains(",password=", connectionString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithTheFlagOffPagesPoll()
    {
        await using var flagOff = await Application.StartAsync("--Parameters:UseSseStatus=false");
        await flagOff.Backend.EndScriptAsync();
        await flagOff.Backend.SetAsync("payments-ledger", "Running");
        await using var visitor = await system.Browser.VisitAsync(flagOff.Web);
        await visitor.Page.GotoAsync("/");
        await Assertions.Expect(visitor.Pipeline("payments-ledger")).ToHaveAttributeAsync("data-status", "active");

        await flagOff.Backend.SetAsync("payments-ledger", "Paused");

        await Assertions.Expect(visitor.Pipeline("payments-ledger")).ToHaveAttributeAsync("data-status", "paused");
        await Assertions.Expect(visitor.Connection).ToHaveAttributeAsync("data-transport", "polling");
        Assert.DoesNotContain($"/{StreamClient.Path}", visitor.Requests);
    }
}
