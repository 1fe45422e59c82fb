using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Pages;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Demos;

/// <summary>Each button does what the page says it does.</summary>
[Collection(DemoCollection.Name)]
public sealed class DemoTests(DemoSystem system) : IAsyncLifetime
{
    private const string Freshness = "data-freshness";

    private Visitor _visitor = null!;

    private IPage Page => _visitor.Page;

    public async Task InitializeAsync()
    {
        foreach (var pipeline in DemoSystem.Pipelines) await system.Backend.SetAsync(pipeline, "Running");
        _visitor = await system.Browser.VisitAsync(system.Web.Address);
        await Page.GotoAsync("/demo");
        await ExpectAllFreshAsync();
    }

    public async Task DisposeAsync() => await _visitor.DisposeAsync();

    [Fact]
    public async Task WhenTheBackendBreaksThePipelinesSaySoAndTheStreamStaysOpen()
    {
        await PressAsync("Break the backend");
        await Assertions.Expect(Tile("orders")).ToHaveAttributeAsync(Freshness, "stale");
        await Assertions.Expect(Tile("orders")).ToContainTextAsync("backend does not answer");
        await Assertions.Expect(Tile("orders")).ToHaveAttributeAsync("data-status", "active");

        await PressAsync("Heal it");
        await ExpectAllFreshAsync();
        Assert.Single(_visitor.Requests, request => request == $"/{StreamClient.Path}");
    }

    [Fact]
    public async Task TheScriptLetsOnePipelineAfterTheOtherChange()
    {
        await PressAsync("Run the script");
        await Assertions.Expect(Tile("billing")).ToHaveAttributeAsync("data-status", "pausing");
        await Assertions.Expect(Tile("invoices-eu")).ToHaveAttributeAsync("data-status", "pausing");
        await Assertions.Expect(Page.Locator("[data-latency-median]")).ToContainTextAsync("ms", new() { Timeout = (float)Bounded.Patience.TotalMilliseconds });
        await system.Backend.EndScriptAsync();
    }

    [Fact]
    public async Task InAStormThatACutInterruptsTheLastWordIsRight()
    {
        await PressAsync("Storm");
        var storm = Page.GetByRole(AriaRole.Button, new() { Name = "Storm" });
        await Assertions.Expect(storm).ToBeDisabledAsync();
        await Assertions.Expect(Page.Locator("[data-pipeline-id]:not([data-status='active'])").First).ToBeVisibleAsync();
        await PressAsync("Cut all streams");

        // It ends with everything running.
        await Assertions.Expect(storm).ToBeEnabledAsync(new() { Timeout = (float)Bounded.Patience.TotalMilliseconds });
        foreach (var pipeline in DemoSystem.Pipelines) await Assertions.Expect(Tile(pipeline)).ToHaveAttributeAsync("data-status", "active", Patiently);
        await Assertions.Expect(Page.Locator("[data-truth]")).ToHaveTextAsync("3 of 3");
        await ExpectAllFreshAsync();
        Assert.True(_visitor.Requests.Count(request => request == $"/{StreamClient.Path}") >= 2);
    }

    [Fact]
    public async Task WhenAProxySwallowsThePageNoticesAndComesBackWithIt()
    {
        await PressAsync("Swallow");
        await Assertions.Expect(_visitor.Connection).ToHaveAttributeAsync("data-connection-state", "reconnecting", Patiently);
        await Assertions.Expect(Tile("orders")).ToHaveAttributeAsync(Freshness, "stale");

        await system.Backend.SetAsync("orders", "Paused");
        await Page.Locator("#swallow").Locator("xpath=..").GetByRole(AriaRole.Button, new() { Name = "Let through again" }).ClickAsync();
        await Assertions.Expect(Tile("orders")).ToHaveAttributeAsync("data-status", "paused", Patiently);
        await ExpectAllFreshAsync();
    }

    [Fact]
    public async Task WhenTheServerHangsSilentlyThePageNoticesAndComesBack()
    {
        await PressAsync("Hang");

        // Stale until the hang is over; that it reconnects is too short to be seen for sure.
        await Assertions.Expect(Tile("orders")).ToHaveAttributeAsync(Freshness, "stale", Patiently);
        await ExpectAllFreshAsync();
        Assert.True(_visitor.Requests.Count(request => request == $"/{StreamClient.Path}") >= 2);
    }

    [Fact]
    public async Task WhenStreamsAreRefusedThePagePollsAndItsButtonReturns()
    {
        await PressAsync("Refuse streams for 30 s");
        await Assertions.Expect(_visitor.Connection).ToHaveAttributeAsync("data-transport", "polling", Patiently);
        await Assertions.Expect(Page.Locator("[data-fallback-notice]")).ToBeVisibleAsync();
        await system.Backend.SetAsync("orders", "Paused");
        await Assertions.Expect(Tile("orders")).ToHaveAttributeAsync("data-status", "paused", Patiently);

        await Page.Locator("#fallback").Locator("xpath=..").GetByRole(AriaRole.Button, new() { Name = "Let through again" }).ClickAsync();
        await Page.Locator("[data-action='reset-fallback']").ClickAsync();
        await Assertions.Expect(_visitor.Connection).ToHaveAttributeAsync("data-connection-state", "connected", Patiently);
        await Assertions.Expect(_visitor.Connection).ToHaveAttributeAsync("data-transport", "sse");
        await Assertions.Expect(Page.Locator("[data-fallback-notice]")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task WithTheFlagOffThePagePollsAlone()
    {
        await using var visitor = await system.Browser.VisitAsync(system.Web.Address);
        await visitor.Page.GotoAsync("/demo?flag=off");
        await Assertions.Expect(visitor.Connection).ToHaveAttributeAsync("data-transport", "polling");
        await Assertions.Expect(visitor.Pipeline("orders")).ToHaveAttributeAsync(Freshness, "fresh");

        Assert.DoesNotContain($"/{StreamClient.Path}", visitor.Requests);
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Flag on again" }).ClickAsync();
        await Assertions.Expect(visitor.Connection).ToHaveAttributeAsync("data-transport", "sse");
    }

    [Fact]
    public async Task ThePollerIsKilledAndNobodyMissesIt()
    {
        await PressAsync("Kill the poller");
        var proof = Page.Locator("[data-proof]");
        await Assertions.Expect(proof).ToHaveAttributeAsync("data-verdict", "passed", new() { Timeout = 60_000 });

        await Assertions.Expect(proof.Locator("[data-proof-lost]")).ToHaveTextAsync("0");
        await Assertions.Expect(proof.Locator("[data-proof-wrong]")).ToHaveTextAsync("0");
        await Assertions.Expect(proof.Locator("[data-proof-told]")).ToHaveTextAsync("480 of 480");
        await Assertions.Expect(Page.Locator("[data-replica]", new() { HasText = "no answer" })).ToHaveCountAsync(1);
        var killed = await proof.Locator("[data-proof-killed]").TextContentAsync();
        Assert.NotEqual(killed, await proof.Locator("[data-proof-successor]").TextContentAsync());

        // With one left there is nothing to prove, and the last one is spared.
        await PressAsync("Kill the poller");
        await Assertions.Expect(Page.Locator(".card-proof [data-pressed]")).ToContainTextAsync("there is 1");
        await system.ReviveAsync(killed!);
        await ExpectAllFreshAsync();
    }

    private static LocatorAssertionsToHaveAttributeOptions Patiently { get; } = new() { Timeout = (float)Bounded.Patience.TotalMilliseconds };

    private ILocator Tile(string pipeline) => _visitor.Pipeline(pipeline);

    private async Task PressAsync(string button) => await Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    private async Task ExpectAllFreshAsync()
    {
        foreach (var pipeline in DemoSystem.Pipelines) await Assertions.Expect(Tile(pipeline)).ToHaveAttributeAsync(Freshness, "fresh", Patiently);
    }
}
