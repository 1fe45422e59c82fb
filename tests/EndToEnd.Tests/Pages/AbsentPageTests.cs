using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>Nobody looks at the page, or it has no network, and then it is back.</summary>
[Collection(ClientCollection.Name)]
public sealed class AbsentPageTests(ClientSystem client)
{
    private readonly RunningSystem _system = client.System;

    [Fact]
    public async Task AHiddenTabHoldsNoStreamAndAVisibleOneHasTheLatestStatusFirst()
    {
        await _system.Backend.SetAsync("orders", "Running");
        await using var visitor = await client.Browser.VisitPipelineAsync(client.Address, "orders");

        await visitor.Page.SetVisibilityAsync("hidden");
        await visitor.Page.ExpectStateAsync("disconnected");
        await client.Relay.OpenStreamsAsync(0);
        await _system.Backend.SetAsync("orders", "Stopped");
        await visitor.Page.SetVisibilityAsync("visible");

        await visitor.Page.ExpectStateAsync("connected");
        await visitor.Page.ExpectStatusAsync("orders", "stopped");
        await client.Relay.OpenStreamsAsync(1);
    }

    [Fact]
    public async Task OfflineThePageVouchesForNothingAndOnlineItIsUpToDateAgain()
    {
        await _system.Backend.SetAsync("orders", "Running");
        await using var visitor = await client.Browser.VisitPipelineAsync(client.Address, "orders");

        await visitor.Page.Context.SetOfflineAsync(true);
        await visitor.Page.ExpectStateAsync("disconnected");
        await visitor.Page.ExpectFreshnessAsync("orders", "stale");
        await client.Relay.OpenStreamsAsync(0);
        await _system.Backend.SetAsync("orders", "Failed");
        await visitor.Page.Context.SetOfflineAsync(false);

        await visitor.Page.ExpectStateAsync("connected");
        await visitor.Page.ExpectStatusAsync("orders", "failed");
        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");
        await client.Relay.OpenStreamsAsync(1);
    }

    [Fact]
    public async Task APageFromTheBackForwardCacheHasOneStreamAndTheLatestStatus()
    {
        await _system.Backend.SetAsync("orders", "Running");
        await using var visitor = await client.Browser.VisitAsync(client.Address);
        await visitor.Page.AddInitScriptAsync("addEventListener('pageshow', event => window.cameFromCache = event.persisted)");
        await visitor.Page.GotoAsync("/");
        await visitor.Page.ExpectStateAsync("connected");
        await visitor.Page.ExpectStatusAsync("orders", "active");

        await visitor.Page.GotoAsync("/pipelines/billing");
        await visitor.Page.ExpectStateAsync("connected");
        await client.Relay.OpenStreamsAsync(1);
        await _system.Backend.SetAsync("orders", "Terminating");
        // A page from the cache is there at once: it does not load again.
        await visitor.Page.GoBackAsync(new() { WaitUntil = WaitUntilState.Commit });

        await visitor.Page.ExpectStatusAsync("orders", "terminating");
        await visitor.Page.ExpectStateAsync("connected");
        Assert.True(await visitor.Page.EvaluateAsync<bool>("window.cameFromCache"));
        await client.Relay.OpenStreamsAsync(1);
    }
}
