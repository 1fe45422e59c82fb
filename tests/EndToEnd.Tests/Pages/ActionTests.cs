using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>Pipelines are stopped, paused, resumed and terminated from their page; the stream says what became of it.</summary>
public sealed class ActionTests(ActionsSystem actions) : IClassFixture<ActionsSystem>
{
    private readonly RunningSystem _system = actions.System;

    [Fact]
    public async Task PauseIsShownAsAskedForAtOnceAndConfirmedByTheStream()
    {
        await using var visitor = await VisitAsync("orders");
        var page = visitor.Page;
        var answer = new TaskCompletionSource();
        await page.RouteAsync("**/ui-api/pipeline/orders/pause", async route =>
        {
            await answer.Task.WaitAsync(Bounded.Patience);
            await route.ContinueAsync();
        });

        await Button(page, "Pause").ClickAsync();
        await Assertions.Expect(Asked(page)).ToHaveTextAsync("Pausing asked for, not confirmed");
        await page.ExpectStatusAsync("orders", "active"); // the truth so far
        await Button(page, "Pause").ClickAsync(new() { Force = true });
        await Button(page, "Stop").ClickAsync(new() { Force = true });
        await Assertions.Expect(page.Locator("[data-action-words]")).ToHaveTextAsync("Pause was asked for: wait until that is over.");
        answer.SetResult();

        await page.ExpectStatusAsync("orders", "pausing");
        await Assertions.Expect(Asked(page)).ToBeHiddenAsync();
        Assert.Single(visitor.Requests, request => request == "/ui-api/pipeline/orders/pause");
        Assert.DoesNotContain("/ui-api/pipeline/orders/stop", visitor.Requests);
    }

    [Fact]
    public async Task ARefusalIsExplainedAndTheStatusPutBack()
    {
        await using var visitor = await VisitAsync("billing");
        var page = visitor.Page;
        await _system.Backend.SetAsync("billing", "Stopped"); // unseen: it is read seldom

        await Button(page, "Pause").ClickAsync();

        var refusal = page.GetByRole(AriaRole.Alert);
        await Assertions.Expect(refusal).ToContainTextAsync("Pause was refused.");
        await Assertions.Expect(refusal).ToContainTextAsync("Pipeline 'billing' is Stopped; pause is allowed when it is Running.");
        await Assertions.Expect(Asked(page)).ToBeHiddenAsync();
        await page.ExpectStatusAsync("billing", "stopped"); // read at once, since the page knew an old one
        await Assertions.Expect(Button(page, "Stop")).ToHaveAttributeAsync("aria-disabled", "true");
        await Assertions.Expect(Button(page, "Stop")).ToHaveAccessibleDescriptionAsync("It is stopped already.");
        await Assertions.Expect(Button(page, "Resume")).Not.ToHaveAttributeAsync("aria-disabled", "true");
    }

    [Fact]
    public async Task TerminateIsAskedOnceMoreAndAllOfItWorksByKeyboard()
    {
        await using var visitor = await VisitAsync("ledger");
        var page = visitor.Page;
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Terminate Ledger?" });

        await Button(page, "Terminate").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(dialog).ToBeVisibleAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Keep it" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToBeHiddenAsync();
        await Assertions.Expect(Button(page, "Terminate")).ToBeFocusedAsync();
        Assert.DoesNotContain("/ui-api/pipeline/ledger/terminate", visitor.Requests);

        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");

        await page.ExpectStatusAsync("ledger", "terminating");
        Assert.Single(visitor.Requests, request => request == "/ui-api/pipeline/ledger/terminate");
        await Button(page, "Pause").FocusAsync(); // it makes no sense now, and can be reached all the same
        await Assertions.Expect(Button(page, "Pause")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("[data-action-words]")).ToHaveTextAsync("It is terminating: wait until that is over.");
        Assert.Empty(visitor.Complaints);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task AxeFindsNothingInDialogRefusalAndWhatIsAskedFor(ColorScheme scheme)
    {
        await _system.Backend.SetAsync("returns", "Running");
        await using var visitor = await VisitAsync("returns", scheme);
        var page = visitor.Page;
        await page.RouteAsync("**/ui-api/pipeline/returns/stop", route => route.FulfillAsync(new()
        {
            Status = 409,
            ContentType = "application/problem+json",
            Body = """{"detail":"<b>Not now</b>"}""",
        }));
        await page.RouteAsync("**/ui-api/pipeline/returns/pause", _ => Task.CompletedTask); // asked for, and never answered

        await Button(page, "Terminate").ClickAsync();
        await page.ExpectAccessibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Button(page, "Stop").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("<b>Not now</b>"); // words, never HTML
        await page.ExpectAccessibleAsync();
        await Button(page, "Pause").ClickAsync();
        await Assertions.Expect(Asked(page)).ToBeVisibleAsync();
        await page.ExpectAccessibleAsync();
    }

    [Fact]
    public async Task WithoutScriptThereAreNoButtonsThatDoNothing()
    {
        await using var visitor = await actions.Browser.VisitAsync(_system.Web.Address, new BrowserNewContextOptions { JavaScriptEnabled = false });
        await visitor.Page.GotoAsync("/pipelines/returns");

        await Assertions.Expect(visitor.Page.Locator("[data-ask]")).ToHaveCountAsync(4);
        await Assertions.Expect(visitor.Page.Locator("[data-ask]").First).ToBeHiddenAsync();
    }

    private async Task<Visitor> VisitAsync(string pipeline, ColorScheme scheme = ColorScheme.Light)
    {
        var visitor = await actions.Browser.VisitAsync(
            _system.Web.Address, new BrowserNewContextOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await visitor.Page.GotoAsync($"/pipelines/{pipeline}");
        await visitor.Page.ExpectStatusAsync(pipeline, "active");
        await visitor.Page.ExpectFreshnessAsync(pipeline, "fresh");
        return visitor;
    }

    private static ILocator Button(IPage page, string name) => page.Locator("[data-actions]").GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static ILocator Asked(IPage page) => page.Locator("[data-asked-chip]");
}
