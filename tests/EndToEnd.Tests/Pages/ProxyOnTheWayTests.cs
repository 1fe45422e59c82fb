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
    public Task WhoeverIsLedToASignInPageIsToldSo() => SessionEndsAsync(proxied.Nginx.Redirecting, "You may have to sign in again.");

    [Fact]
    public Task WhoeverIsAnsweredByASignInPageIsToldSo() => SessionEndsAsync(proxied.Nginx.Greeting, "You may have to sign in again.");

    [Fact]
    public async Task WhoeverIsSignedOutIsToldSoAndSendsNothing()
    {
        await using var visitor = await SessionEndsAsync(proxied.Nginx.Refusing, "You are signed out.", signInAgain: false);
        await visitor.Page.ExpectStateAsync("error");
        var sent = visitor.Requests.Count(path => path.StartsWith("/ui-api/pipeline/status", StringComparison.Ordinal));
        await Bounded.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(sent, visitor.Requests.Count(path => path.StartsWith("/ui-api/pipeline/status", StringComparison.Ordinal)));
        await SignInAsync(visitor);
    }

    private static ILocator Notice(Visitor visitor) => visitor.Page.Locator("[data-fallback-notice]");

    private async Task SessionEndsAsync(Uri address, string words)
    {
        await using var visitor = await SessionEndsAsync(address, words, signInAgain: true);
    }

    private async Task<Visitor> SessionEndsAsync(Uri address, string words, bool signInAgain)
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
        if (signInAgain) await SignInAsync(visitor);
        return visitor;
    }

    private static async Task SignInAsync(Visitor visitor)
    {
        await visitor.Page.Context.AddCookiesAsync([SignedIn]);
        await visitor.Page.Locator("[data-action='sign-in']").ClickAsync();
        await visitor.Page.ExpectStateAsync("connected");
        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");
    }
}
