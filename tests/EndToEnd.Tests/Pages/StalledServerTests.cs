using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>The server says, on a stream that stays open, that it can vouch for nothing. What it says is said by the test.</summary>
[Collection(PagesCollection.Name)]
public sealed class StalledServerTests(PagesSystem pages)
{
    internal const string Began = "Statuses are not being confirmed right now and may be out of date; this page is waiting.";
    internal const string Over = "Statuses are being confirmed again.";

    /// <summary>Keeps the page's stream at hand, to say something on it.</summary>
    private const string KeepStream =
        """
        window.EventSource = class extends EventSource {
          constructor(url) {
            super(url);
            window.say = (name, data) => this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
          }
        };
        """;

    private readonly RunningSystem _system = pages.System;

    [Theory]
    [InlineData("error", 1280, ColorScheme.Light)]
    [InlineData("status_error", 390, ColorScheme.Dark)]
    public async Task ThePageSaysThatNothingIsConfirmedAndWhenThatIsOver(string eventName, int width, ColorScheme scheme)
    {
        await _system.Backend.SetAsync("orders", "Paused");
        await using var visitor = await VisitAsync(width, scheme);
        var notice = visitor.Page.Locator("[data-stalled-notice]");
        var announcer = visitor.Page.Locator("[data-announcer]");
        await Assertions.Expect(notice).ToBeHiddenAsync();

        // What follows right upon the first batch would take it back.
        await SayAsync(visitor.Page, "heartbeat", new { type = "heartbeat", timestamp = 1 });
        await SayAsync(visitor.Page, eventName, new { type = "error", timestamp = 1, message = "m", code = "polling_stalled" });

        await Assertions.Expect(notice).ToBeVisibleAsync();
        await Assertions.Expect(announcer).ToHaveTextAsync(Began);
        await visitor.Page.ExpectFreshnessAsync("orders", "stale");
        await visitor.Page.ExpectStatusAsync("orders", "paused");
        await visitor.Page.ExpectStateAsync("connected");
        await Assertions.Expect(visitor.Pipeline("orders")).ToContainTextAsync("may be out of date, confirmed ");
        await Assertions.Expect(visitor.Connection).ToContainTextAsync("waiting for confirmation");
        await visitor.Page.ExpectAccessibleAsync();
        Assert.True(await visitor.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the window.");

        await SayAsync(visitor.Page, "batch_update", new
        {
            type = "batch_update",
            timestamp = 2,
            updates = new[] { new { pipelineId = "orders", status = "paused" } },
        });

        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");
        await Assertions.Expect(announcer).ToHaveTextAsync(Over);
        await Assertions.Expect(notice).ToBeHiddenAsync();
        await Assertions.Expect(visitor.Connection).ToContainTextAsync("Live");
        Assert.Empty(visitor.Complaints);
    }

    private async Task<Visitor> VisitAsync(int width, ColorScheme scheme)
    {
        var visitor = await pages.Browser.VisitAsync(_system.Web.Address, new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = width, Height = 800 },
        });
        await visitor.Page.AddInitScriptAsync(KeepStream);
        await visitor.Page.GotoAsync("/");
        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");
        await visitor.Page.ExpectStatusAsync("orders", "paused");
        return visitor;
    }

    private static async Task SayAsync(IPage page, string eventName, object data) =>
        await page.EvaluateAsync("([name, data]) => window.say(name, data)", new[] { eventName, data });
}
