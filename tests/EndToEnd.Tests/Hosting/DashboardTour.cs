using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Pages;

namespace PipelineAspire.EndToEnd.Tests.Hosting;

/// <summary>Somebody who opens the address that the terminal shows, looks around, and clicks.</summary>
internal static class DashboardTour
{
    private const string State = "data-state";

    public static async Task TakeAsync(Uri login)
    {
        await using var browser = await Browser.StartAsync();
        foreach (var scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            await using var visitor = await browser.VisitAsync(new Uri(login, "/"), new BrowserNewContextOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            await visitor.Page.GotoAsync(login.AbsoluteUri);
            await visitor.Page.WaitForURLAsync(new Uri(login, "/").AbsoluteUri);
            await IsLiveAsync(visitor);
            await Assertions.Expect(visitor.Page.Locator("[data-pipeline]")).Not.ToHaveCountAsync(0, new() { Timeout = Patience });
            await HasNoViolationsAsync(visitor);
            Assert.Empty(visitor.Complaints);
            if (scheme == ColorScheme.Dark) continue;

            await KillAndStartAsync(visitor);
            await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "statusstream-0", Exact = true }).ClickAsync();
            await IsLiveAsync(visitor);
            await Assertions.Expect(visitor.Page.Locator("[data-lines]")).ToContainTextAsync("Now listening on");
            await HasNoViolationsAsync(visitor);
            Assert.Empty(visitor.Complaints);
        }
    }

    private static float Patience => (float)Bounded.Patience.TotalMilliseconds;

    private static async Task IsLiveAsync(Visitor visitor) =>
        await Assertions.Expect(visitor.Connection).ToHaveAttributeAsync("data-connection-state", "connected", new() { Timeout = Patience });

    private static async Task KillAndStartAsync(Visitor visitor)
    {
        var replica = visitor.Page.Locator("[data-replica='statusstream-2']");
        await Button("Kill").ClickAsync();
        await Assertions.Expect(replica).ToHaveAttributeAsync(State, "Exited", new() { Timeout = Patience });
        await Assertions.Expect(replica).ToContainTextAsync("code 137");
        await Assertions.Expect(visitor.Page.Locator("[data-announcer]")).ToContainTextAsync("done");

        // By the keyboard: the row was replaced under the reader's hands.
        await Button("Start").FocusAsync();
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(replica).ToHaveAttributeAsync(State, "Healthy", new() { Timeout = Patience });

        ILocator Button(string name) => replica.GetByRole(AriaRole.Button, new() { Name = $"{name}: statusstream-2" });
    }

    private static async Task HasNoViolationsAsync(Visitor visitor)
    {
        var found = await visitor.Page.RunAxe().WaitAsync(Bounded.Patience);
        Assert.True(found.Violations.Length == 0, string.Join('\n', found.Violations.SelectMany(
            violation => violation.Nodes.Select(node => $"{violation.Id}: {violation.Help}\n  {node.Html}"))));
    }
}
