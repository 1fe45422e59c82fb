using System.Net;
using System.Text.Json;

namespace PipelineAspire.Web.Tests.Account;

/// <summary>People sign in, see what they may see, and sign out: CONTRACT section 7.</summary>
public sealed class SignInTests
{
    private const string Api = "/ui-api/pipeline";

    [Theory]
    [InlineData("GET", Api)]
    [InlineData("GET", $"{Api}/status?pipelineIds=orders-1")]
    [InlineData("GET", $"{Api}/status/stream?pipelineIds=orders-1")]
    [InlineData("POST", $"{Api}/status/stream/watch")]
    [InlineData("GET", $"{Api}/orders-1/health")]
    [InlineData("GET", $"{Api}/actions")]
    [InlineData("POST", $"{Api}/orders-1/stop")]
    public async Task WithoutASessionProgramsAreRefusedInWords(string method, string path)
    {
        await using var site = await GuardedSite.StartAsync("ada");
        using var visitor = site.Visitor();

        using var answer = await visitor.SendAsync(new HttpMethod(method), new Uri(path, UriKind.Relative), ("Cookie", "__Host-pipelines=made-up"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.NotEmpty(answer.Headers.WwwAuthenticate);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task APageLeadsToTheProviderAndBackToItself()
    {
        await using var site = await GuardedSite.StartAsync("ada");
        using var visitor = site.Visitor();
        using (var first = await visitor.GetAsync("/pipelines/orders-1?from=mail"))
        {
            Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
            Assert.Contains("code_challenge=", first.Headers.Location!.Query, StringComparison.Ordinal);
        }

        var (status, page) = await visitor.VisitAsync("/pipelines/orders-1?from=mail");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("/pipelines/orders-1?from=mail", visitor.Address.PathAndQuery);
        Assert.Contains("Ada", page, StringComparison.Ordinal);
        Assert.Contains("\"signInUrl\":\"/account/sign-in\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheSessionIsACookieOfThisHostAlone()
    {
        await using var site = await GuardedSite.StartAsync("ada");
        using var visitor = site.Visitor();
        List<string> session = [];
        var next = new Uri("/", UriKind.Relative);
        for (var step = 0; step < 4 && session.Count == 0; step++)
        {
            using var answer = await visitor.SendAsync(HttpMethod.Get, next);
            session = visitor.SetCookies.FindAll(cookie => cookie.StartsWith("__Host-pipelines=", StringComparison.Ordinal));
            next = new Uri(visitor.Address, answer.Headers.Location!);
        }

        var cookie = Assert.Single(session).ToLowerInvariant();
        Assert.Contains("; secure", cookie, StringComparison.Ordinal);
        Assert.Contains("; httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("; samesite=lax", cookie, StringComparison.Ordinal);
        Assert.Contains("; path=/", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("domain=", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PagesAndAnswersShowWhatThePersonMaySee()
    {
        await using var site = await GuardedSite.StartAsync("ben");
        using var visitor = site.Visitor();

        var (_, list) = await visitor.VisitAsync("/");
        Assert.Contains("orders-1", list, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", list, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await visitor.VisitAsync("/pipelines/orders-1")).Status);
        var (hidden, page) = await visitor.VisitAsync("/pipelines/secret-1");
        Assert.Equal((HttpStatusCode.NotFound, (await visitor.VisitAsync("/pipelines/none-1")).Body.Replace("none-1", "secret-1", StringComparison.Ordinal).Length), (hidden, page.Length));
        Assert.DoesNotContain("secret", (await visitor.VisitAsync(Api)).Body, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.VisitAsync($"{Api}/secret-1/health")).Status);
        var me = JsonDocument.Parse((await visitor.VisitAsync("/account")).Body).RootElement;
        Assert.Equal((true, "Ben"), (me.GetProperty("signedIn").GetBoolean(), me.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task SigningOutEndsTheSessionAndOnlyAPageOfThisSiteDoesIt()
    {
        await using var site = await GuardedSite.StartAsync("ada");
        using var visitor = site.Visitor();
        await visitor.VisitAsync("/");
        var target = new Uri("/account/sign-out", UriKind.Relative);
        var own = site.Web.Address.GetLeftPart(UriPartial.Authority);

        using (var foreign = await visitor.SendAsync(HttpMethod.Post, target, ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")))
            Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await visitor.VisitAsync(Api)).Status);
        using (var answer = await visitor.SendAsync(HttpMethod.Post, target, ("Origin", own), ("Sec-Fetch-Site", "same-origin")))
            Assert.Equal((HttpStatusCode.Redirect, "/account/signed-out"), (answer.StatusCode, answer.Headers.Location?.OriginalString));

        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.VisitAsync(Api)).Status);
        var (status, page) = await visitor.VisitAsync("/account/signed-out");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("/account/sign-in", page, StringComparison.Ordinal);
        Assert.False(JsonDocument.Parse((await visitor.VisitAsync("/account")).Body).RootElement.GetProperty("signedIn").GetBoolean());
    }

    [Theory]
    [InlineData("/pipelines/orders-1?x=1", "/pipelines/orders-1?x=1")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("", "/")]
    public async Task SigningInLeadsBackToThisSiteAlone(string returnUrl, string landing)
    {
        await using var site = await GuardedSite.StartAsync("ada");
        using var visitor = site.Visitor();

        await visitor.VisitAsync("/account/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl));

        Assert.Equal(new Uri(site.Web.Address, landing), visitor.Address);
    }

    [Fact]
    public async Task WhatTellsOfNothingIsForEverybody()
    {
        await using var site = await GuardedSite.StartAsync("ada");
        using var visitor = site.Visitor();
        foreach (var path in new[] { "/health", "/alive", "/css/site.css", "/js/pipeline-status.js", "/account", "/account/signed-out", "/error" })
        {
            using var answer = await visitor.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var missing = await visitor.GetAsync("/no-such-page");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        using var failed = await visitor.GetAsync("/signin-oidc?error=access_denied&state=made-up");
        Assert.Equal("/account/failed", failed.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("OpenIdConnect:ClientId", "OpenIdConnect:Authority=https://idp.example")]
    [InlineData("OpenIdConnect:Authority", "OpenIdConnect:ClientId=web")]
    [InlineData("OpenIdConnect:RequireHttpsMetadata", "OpenIdConnect:ClientId=web", "OpenIdConnect:Authority=http://idp.example")]
    [InlineData("Bearer needs ValidAudiences", "Bearer:Authority=https://idp.example")]
    [InlineData("Bearer says to ask for tokens", "Bearer:ValidAudiences:0=statusstream")]
    public async Task WhatMakesNoSenseKeepsTheSiteFromStartingByName(string named, params string[] settings)
    {
        await using var service = await FakeStatusService.Start();
        var all = settings.Select(setting => setting.Split('=', 2)).Select(pair => ("Authentication:Schemes:" + pair[0], pair[1])).ToArray();
        var failure = Assert.ThrowsAny<Exception>(() => WebUnderTest.InFrontOf(service.Url, all));
        Assert.Contains("Authentication:Schemes:" + named, failure.ToString(), StringComparison.Ordinal);
    }
}
