using Microsoft.Playwright;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>The session of people ends while they look: the page says so, sends nothing, and leads them back to where they were.</summary>
public sealed class SignedOutTests(ActionsSystem actions) : IClassFixture<ActionsSystem>, IAsyncLifetime
{
    private static readonly LocatorAssertionsToContainTextOptions Patiently = new() { Timeout = 30_000 };

    private readonly Service _web = actions.System.WebInFront(useSseStatus: true, new Dictionary<string, string> { ["SignIn__Url"] = "/account/sign-in" });

    public Task InitializeAsync() => _web.StartAsync();

    public async Task DisposeAsync() => await _web.DisposeAsync();

    [Fact]
    public async Task AStreamThatIsRefusedIsSaidToAllAndInEveryTabUntilPeopleAreSignedIn()
    {
        await using var visitor = await actions.Browser.VisitPipelineAsync(_web.Address, "orders");
        var first = visitor.Page;
        var second = await first.Context.NewPageAsync();
        await second.GotoAsync("/?q=order");
        await second.ExpectFreshnessAsync("orders", "fresh");

        await EndSessionAsync(first.Context);
        await first.SetVisibilityAsync("hidden"); // the second tab opens a stream in its place, or wants to
        foreach (var tab in new[] { second, first })
        {
            await tab.SetVisibilityAsync("visible");
            await Assertions.Expect(Notice(tab)).ToContainTextAsync("You have been signed out.", Patiently);
            await Assertions.Expect(tab.Locator("[data-announcer]")).ToContainTextAsync("You have been signed out.");
            await Assertions.Expect(tab.Locator("[data-connection-words]")).ToHaveTextAsync("Signed out");
            await tab.ExpectStateAsync("error");
            await tab.ExpectFreshnessAsync("orders", "stale");
            await tab.ExpectAccessibleAsync();
        }

        await Assertions.Expect(Link(first)).ToHaveAttributeAsync("href", "/account/sign-in?returnUrl=%2Fpipelines%2Forders");
        await Assertions.Expect(Link(second)).ToHaveAttributeAsync("href", "/account/sign-in?returnUrl=%2F%3Fq%3Dorder");
        await SendsNothingAsync(first.Context);

        await first.Context.UnrouteAllAsync();
        await first.SetVisibilityAsync("hidden");
        await first.SetVisibilityAsync("visible");
        foreach (var tab in new[] { first, second })
        {
            await tab.ExpectStateAsync("connected");
            await tab.ExpectFreshnessAsync("orders", "fresh");
            await Assertions.Expect(Notice(tab)).ToBeHiddenAsync();
        }
    }

    [Fact]
    public async Task AStreamThatSaysSoIsTheLastRequest()
    {
        await using var visitor = await actions.Browser.VisitAsync(_web.Address);
        var page = visitor.Page;
        await page.RouteAsync("**/ui-api/pipeline/status/stream?*", route => route.FulfillAsync(new()
        {
            ContentType = "text/event-stream",
            Body = """
                event: batch_update
                id: 7f3a9c0d12e4b85f-1
                data: {"type":"batch_update","timestamp":1764000000000,"updates":[{"pipelineId":"orders","status":"active"}]}

                event: error
                data: {"type":"error","timestamp":1764000000000,"message":"The session has ended.","code":"signed_out"}


                """,
        }));
        await page.GotoAsync("/pipelines/orders");

        await Assertions.Expect(Notice(page)).ToContainTextAsync("You have been signed out.", Patiently);
        await page.ExpectFreshnessAsync("orders", "stale");
        await SendsNothingAsync(page.Context);
        Assert.Single(visitor.Requests, path => path.StartsWith("/ui-api/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnActionThatIsAnswered401SaysTheSameAndTheNextOneIsNotSent()
    {
        await using var visitor = await actions.Browser.VisitPipelineAsync(_web.Address, "orders");
        var page = visitor.Page;
        await EndSessionAsync(page.Context);
        var pause = page.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true });

        await pause.ClickAsync();

        await Assertions.Expect(Notice(page)).ToContainTextAsync("You have been signed out.", Patiently);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Pause was refused. You have been signed out.");
        await Assertions.Expect(pause).ToHaveAttributeAsync("aria-disabled", "true");
        await pause.ClickAsync(new() { Force = true });
        await SendsNothingAsync(page.Context);
        Assert.Single(visitor.Requests, path => path == "/ui-api/pipeline/orders/pause");
    }

    [Fact]
    public async Task WhereThisServerSignsNobodyInThereIsNoLink()
    {
        await using var visitor = await actions.Browser.VisitPipelineAsync(actions.System.Web.Address, "orders");
        await EndSessionAsync(visitor.Page.Context);
        await visitor.Page.SetVisibilityAsync("hidden");
        await visitor.Page.SetVisibilityAsync("visible");

        await Assertions.Expect(Notice(visitor.Page)).ToContainTextAsync("Sign in again to see them live.", Patiently);
        await Assertions.Expect(Link(visitor.Page)).ToBeHiddenAsync();
    }

    private static ILocator Notice(IPage page) => page.Locator("[data-fallback-notice]");

    private static ILocator Link(IPage page) => page.GetByRole(AriaRole.Link, new() { Name = "Sign in again" });

    private static async Task EndSessionAsync(IBrowserContext context) => await context.RouteAsync("**/ui-api/**", route => route.FulfillAsync(new()
    {
        Status = 401,
        Headers = new Dictionary<string, string> { ["WWW-Authenticate"] = "Cookie" },
        ContentType = "application/problem+json",
        Body = """{"title":"Unauthorized","status":401}""",
    }));

    private static async Task SendsNothingAsync(IBrowserContext context)
    {
        var sent = 0;
        context.Request += Count;
        await Bounded.PassAsync(TimeSpan.FromSeconds(4));
        context.Request -= Count;
        Assert.Equal(0, sent);

        void Count(object? sender, IRequest request) => Interlocked.Increment(ref sent);
    }
}
