using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Pages;

namespace PipelineAspire.EndToEnd.Tests.Hosting;

/// <summary>Somebody who opens Aspire's dashboard by the address that the terminal shows, clicks every command, and looks at a page of Web meanwhile.</summary>
internal sealed class DashboardTour
{
    private const string Pipeline = "payments-ledger";
    private static readonly string[] Resources = ["backend", "redis", "statusstream-1", "statusstream-2", "statusstream-3", "web"];

    private readonly IPage _dashboard;
    private readonly Visitor _visitor;
    private readonly IPage _demo;

    private DashboardTour(IPage dashboard, Visitor visitor, IPage demo) => (_dashboard, _visitor, _demo) = (dashboard, visitor, demo);

    private const float MenuClosesWithin = 2000;

    private static float Patience => (float)Bounded.Patience.TotalMilliseconds;

    private static LocatorAssertionsToHaveAttributeOptions Patiently { get; } = new() { Timeout = Patience };

    public static async Task TakeAsync(Uri login, Uri web)
    {
        await using var browser = await Browser.StartAsync();
        await using var operatorsBrowser = await browser.VisitAsync(
            login, new BrowserNewContextOptions { ViewportSize = new() { Width = 1600, Height = 1000 } });
        await using var visitor = await browser.VisitAsync(web);
        await using var demo = await browser.VisitAsync(web);
        await visitor.Page.GotoAsync("/");
        await demo.Page.GotoAsync("/demo");
        await operatorsBrowser.Page.GotoAsync(login.AbsoluteUri);

        var tour = new DashboardTour(operatorsBrowser.Page, visitor, demo.Page);
        await tour.EverythingIsHealthyAsync();
        await tour.BackendBreaksAndHealsAsync();
        await tour.StormPassesAsync();
        await tour.ReplicaIsPausedAndResumedAsync();
        await tour.ReplicaIsKilledAndStartedAsync();
        await tour.RedisIsRestartedAsync();
        await tour.ChangesAreTracedAsync(login);
    }

    private async Task EverythingIsHealthyAsync()
    {
        foreach (var resource in Resources)
            await Assertions.Expect(Row(resource)).ToContainTextAsync("Running", new() { Timeout = Patience });
        await Assertions.Expect(_dashboard.GetByText("No trusted", new() { Exact = false })).ToHaveCountAsync(0);
        await Assertions.Expect(_dashboard.GetByText("Unhealthy")).ToHaveCountAsync(0, new() { Timeout = Patience });
        await Assertions.Expect(Row("web").GetByRole(AriaRole.Link, new() { Name = "Pipelines" })).ToHaveAttributeAsync("href", "http://localhost:5080");
        await Assertions.Expect(Row("web").GetByRole(AriaRole.Link, new() { Name = "Demos and live picture" }))
            .ToHaveAttributeAsync("href", "http://localhost:5080/demo");
    }

    private async Task BackendBreaksAndHealsAsync()
    {
        await CommandAsync("backend", "Break the backend");
        await Assertions.Expect(_visitor.Pipeline(Pipeline)).ToHaveAttributeAsync("data-freshness", "stale", Patiently);
        await CommandAsync("backend", "Heal the backend");
        await Assertions.Expect(_visitor.Pipeline(Pipeline)).ToHaveAttributeAsync("data-freshness", "fresh", Patiently);
    }

    private async Task StormPassesAsync()
    {
        await CommandAsync("backend", "Run the storm");
        await Assertions.Expect(_visitor.Pipeline(Pipeline)).Not.ToHaveAttributeAsync("data-status", "active", Patiently);
        await Assertions.Expect(_visitor.Pipeline(Pipeline)).ToHaveAttributeAsync("data-status", "active", Patiently);
    }

    private async Task ReplicaIsPausedAndResumedAsync()
    {
        var poller = await PollerAsync();
        await CommandAsync(poller, "Pause");
        await Assertions.Expect(Replica(poller)).ToHaveCountAsync(0, new() { Timeout = Patience });
        await CommandAsync(poller, "Resume");
        await Assertions.Expect(Replica(poller)).ToHaveCountAsync(1, new() { Timeout = Patience });
    }

    private async Task ReplicaIsKilledAndStartedAsync()
    {
        var poller = await PollerAsync();
        await CommandAsync(poller, "Kill this replica");
        await Assertions.Expect(Replica(poller)).ToHaveCountAsync(0, new() { Timeout = Patience });
        Assert.NotEqual(poller, await PollerAsync());
        await Assertions.Expect(_visitor.Connection).ToHaveAttributeAsync("data-transport", "sse", Patiently);

        await CommandAsync(poller, "Start");
        await Assertions.Expect(Replica(poller)).ToHaveCountAsync(1, new() { Timeout = Patience });
    }

    private async Task RedisIsRestartedAsync()
    {
        await CommandAsync("redis", "Restart");
        await Assertions.Expect(Row("redis")).ToContainTextAsync("Running", new() { Timeout = Patience });
        await PollerAsync();
        await CommandAsync("backend", "Run the storm");
        await Assertions.Expect(_visitor.Pipeline(Pipeline)).Not.ToHaveAttributeAsync("data-status", "active", Patiently);
        await Assertions.Expect(_visitor.Pipeline(Pipeline)).ToHaveAttributeAsync("data-status", "active", Patiently);
    }

    /// <summary>A trace of a change has the read, the way through Redis and every replica; nothing else fills the page.</summary>
    private async Task ChangesAreTracedAsync(Uri login)
    {
        await _dashboard.GotoAsync(new Uri(login, "/traces").AbsoluteUri);
        var change = _dashboard.Locator("tr", new() { HasText = $"{Pipeline} → active" }).Last;
        await change.ClickAsync();
        foreach (var span in (string[])["read the backend", "publish"])
            await Assertions.Expect(_dashboard.GetByText(span, new() { Exact = true }).First).ToBeVisibleAsync(new() { Timeout = Patience });
        await Assertions.Expect(_dashboard.GetByText("deliver to streams", new() { Exact = true })).ToHaveCountAsync(3, new() { Timeout = Patience });
    }

    /// <summary>By the live picture of the demo page, which is fresh every second.</summary>
    private async Task<string> PollerAsync()
    {
        var poller = _demo.Locator("[data-replica][data-polling] th");
        await Assertions.Expect(poller).ToHaveCountAsync(1, new() { Timeout = Patience });
        return (await poller.TextContentAsync())!;
    }

    private ILocator Replica(string name) => _demo.Locator("[data-replica] th", new() { HasTextString = name });

    private ILocator Row(string resource) => _dashboard.Locator("tr.resource-row", new() { Has = _dashboard.GetByText(resource, new() { Exact = true }) });

    /// <summary>By the menu of the resource, where some commands stand in a menu of their own.</summary>
    private async Task CommandAsync(string resource, string command)
    {
        await Row(resource).GetByRole(AriaRole.Button, new() { Name = "Actions", Exact = true }).ClickAsync();
        var item = _dashboard.GetByRole(AriaRole.Menuitem, new() { Name = command, Exact = true });
        var more = _dashboard.GetByRole(AriaRole.Menuitem, new() { Name = "Commands", Exact = true });
        await item.Or(more).First.WaitForAsync();
        if (!await item.IsVisibleAsync()) await more.HoverAsync();

        // A menu that is drawn anew under the pointer takes no notice of the click, and stays open.
        await Bounded.UntilAsync($"{command} is chosen", async () =>
        {
            await item.ClickAsync();
            await item.WaitForAsync(new() { State = WaitForSelectorState.Hidden, Timeout = MenuClosesWithin }).ContinueWith(_ => { }, TaskScheduler.Default);
            return !await item.IsVisibleAsync();
        });
        await Assertions.Expect(_dashboard.GetByText($"{resource} \"{command}\" succeeded").First).ToBeVisibleAsync(new() { Timeout = Patience });
    }
}
