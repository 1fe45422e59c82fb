using Aspire.Hosting.ApplicationModel;
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

        await _application.OneReplicaReadsAsync(pipelines[0]); // on a busy machine polling may change hands while all of it starts
        await _application.Backend.ResetStatsAsync();
        await _application.Backend.ReadsAsync(pipelines[0], 2);

        var stats = await _application.Backend.StatsAsync();
        Assert.Contains(Assert.Single(stats.Callers).Key, Application.Replicas);
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
    public async Task EveryStatusIsToldToEveryStreamWhenThePollerIsKilled()
    {
        await using var visitor = await system.Browser.VisitAsync(_application.Web);
        await visitor.Page.GotoAsync("/demo");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Kill the poller", Exact = true }).ClickAsync();

        var proof = visitor.Page.Locator("[data-proof]");
        await Assertions.Expect(proof).ToHaveAttributeAsync("data-verdict", "passed", new() { Timeout = 60_000 });
        await Assertions.Expect(proof.Locator("[data-proof-told]")).ToHaveTextAsync("480 of 480");
        await Assertions.Expect(proof.Locator("[data-proof-lost]")).ToHaveTextAsync("0");

        var killed = await proof.Locator("[data-proof-killed]").TextContentAsync();
        Assert.NotEqual(0, await _application.EndedAsync(killed!));
        await _application.CommandAsync(killed!, KnownResourceCommands.StartCommand);
        await _application.HealthyAsync(killed!);
    }
}
