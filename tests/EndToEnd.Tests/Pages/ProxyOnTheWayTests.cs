using Microsoft.Playwright;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>A proxy between the page and Web holds back, shortens, or wants to know who asks: the page says so, and shows what is true.</summary>
[Collection(ProxiedCollection.Name)]
public sealed class ProxyOnTheWayTests(ProxiedSystem proxied)
{
    private static readonly Cookie SignedIn = new() { Name = "session", Value = "1", Domain = "127.0.0.1", Path = "/" };

    [Fact]
    public async Task AStreamThatAProxyHoldsBackIsPolledBesideAfterTenSeconds()
    {
        await proxied.System.Backend.SetAsync("orders", "Running");
        await using var visitor = await proxied.Browser.VisitAsync(proxied.Nginx.Buffering);
        await visitor.Page.GotoAsync("/pipelines/orders");
        var opened = Bounded.Now;

        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");
        Assert.InRange(Bounded.Since(opened), TimeSpan.Zero, TimeSpan.FromSeconds(15));
        await visitor.Page.ExpectTransportAsync("polling");
        await Assertions.Expect(Notice(visitor)).ToContainTextAsync("The live stream brings nothing.");
        await visitor.Page.ExpectAccessibleAsync();
        await proxied.System.Backend.SetAsync("orders", "Paused");
        await visitor.Page.ExpectStatusAsync("orders", "paused");
        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");
    }

    [Fact]
    public async Task WhereAProxyTakesShortRequestsOnlyTheListIsAskedForInParts()
    {
        await using var visitor = await proxied.Browser.VisitAsync(proxied.Nginx.ShortLines);
        await visitor.Page.GotoAsync("/");
        var opened = Bounded.Now;

        await Assertions.Expect(visitor.Page.Locator("tr[data-freshness='fresh']")).ToHaveCountAsync(ProxiedSystem.Many + 1, new() { Timeout = 30_000 });
        Assert.InRange(Bounded.Since(opened), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public Task WhoeverIsLedToASignInPageIsToldSo() => SignInPageAsync(proxied.Nginx.Redirecting);

    [Fact]
    public Task WhoeverIsAnsweredByASignInPageIsToldSo() => SignInPageAsync(proxied.Nginx.Greeting);

    [Fact]
    public async Task WhoeverIsSignedOutIsToldSoAndSendsNothing()
    {
        await using var visitor = await SessionEndsAsync(proxied.Nginx.Refusing, "You have been signed out.");
        await visitor.Page.ExpectStateAsync("error");
        var sent = Asked(visitor);
        await Bounded.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(sent, Asked(visitor));

        await visitor.Page.Context.AddCookiesAsync([SignedIn]);
        await visitor.Page.Locator("[data-action='sign-in']").ClickAsync();
        await LiveAgainAsync(visitor);
    }

    private static ILocator Notice(Visitor visitor) => visitor.Page.Locator("[data-fallback-notice]");

    private static int Asked(Visitor visitor) => visitor.Requests.Count(path => path.StartsWith("/ui-api/pipeline/status", StringComparison.Ordinal));

    private static async Task LiveAgainAsync(Visitor visitor)
    {
        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");
        await Assertions.Expect(visitor.Page.Locator("[data-action='sign-in']")).ToBeHiddenAsync();
    }

    /// <summary>People sign in with another tab too: the page notices.</summary>
    private async Task SignInPageAsync(Uri address)
    {
        await using var visitor = await SessionEndsAsync(address, "You may have to sign in again.");
        await Assertions.Expect(visitor.Page.Locator("[data-action='sign-in']")).ToBeVisibleAsync();
        await visitor.Page.Context.AddCookiesAsync([SignedIn]);
        await LiveAgainAsync(visitor);
    }

    private async Task<Visitor> SessionEndsAsync(Uri address, string words)
    {
        var visitor = await proxied.Browser.VisitAsync(address);
        await visitor.Page.Context.AddCookiesAsync([SignedIn]);
        await visitor.Page.GotoAsync("/pipelines/orders");
        await visitor.Page.ExpectStateAsync("connected");
        await visitor.Page.Context.ClearCookiesAsync();
        await visitor.Page.SetVisibilityAsync("hidden");
        await visitor.Page.SetVisibilityAsync("visible");

        await Assertions.Expect(Notice(visitor)).ToContainTextAsync(words, new() { Timeout = 30_000 });
        await visitor.Page.ExpectFreshnessAsync("orders", "stale");
        await visitor.Page.ExpectAccessibleAsync();
        return visitor;
    }
}
