using System.Net;
using PipelineAspire.DemoIdentity.Tests.Hosting;

namespace PipelineAspire.DemoIdentity.Tests;

public class AuthorizeRefusalTests(SharedIdentity shared) : IClassFixture<SharedIdentity>
{
    [Theory]
    [InlineData("client_id", "stranger")]
    [InlineData("client_id", "web-service")]
    [InlineData("client_id", null)]
    [InlineData("redirect_uri", null)]
    [InlineData("redirect_uri", "/signin-oidc")]
    [InlineData("redirect_uri", "https://example.com/signin-oidc")]
    [InlineData("redirect_uri", "http://localhost.example.com/signin-oidc")]
    [InlineData("redirect_uri", "http://localhost@example.com/signin-oidc")]
    [InlineData("redirect_uri", "http://example.com\\@localhost/signin-oidc")]
    [InlineData("redirect_uri", "http://localhost/signin-oidc#fragment")]
    [InlineData("redirect_uri", "javascript://localhost/%0aalert(1)")]
    [InlineData("redirect_uri", "file://localhost/etc/passwd")]
    public async Task WhomItDoesNotKnowItSendsNobodyTo(string name, string? value)
    {
        using var answer = await new SignIn(shared.Running).AuthorizeAsync(("login_hint", "ada"), (name, value));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
        Assert.Contains(name, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:5080/signin-oidc")]
    [InlineData("https://127.0.0.1:7443/signin-oidc?tenant=a")]
    [InlineData("http://[::1]:5080/signin-oidc")]
    [InlineData("https://web.dev.localhost/")]
    public async Task WithoutConfigurationEveryAddressOfThisMachineIsTheClients(string callback)
    {
        var identity = shared.Running;

        using var answer = await new SignIn(identity).AuthorizeAsync(("redirect_uri", callback), ("login_hint", "ada"));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.StartsWith(callback, answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABrowserIsSentToWhatWasCheckedAndNotToWhatWasWritten()
    {
        using var answer = await new SignIn(shared.Running).AuthorizeAsync(("redirect_uri", "http://loopback/a/../signin-oidc"), ("login_hint", "ada"));

        Assert.StartsWith("http://localhost/signin-oidc?code=", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfiguredAddressesAreTheOnlyOnes()
    {
        const string callback = "https://web.example/signin-oidc";
        await using var identity = await RunningIdentity.StartAsync(("DemoIdentity:RedirectUris:0", callback));
        var signIn = new SignIn(identity);

        using var known = await signIn.AuthorizeAsync(("redirect_uri", callback), ("login_hint", "ada"));
        using var longer = await signIn.AuthorizeAsync(("redirect_uri", callback + "/more"), ("login_hint", "ada"));
        using var local = await signIn.AuthorizeAsync(("login_hint", "ada"));

        Assert.StartsWith(callback, known.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, longer.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, local.StatusCode);
    }

    [Theory]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_mode", "form_post", "invalid_request")]
    [InlineData("scope", "profile", "invalid_scope")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge", "too-short", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("prompt", "none", "login_required")]
    public async Task TheClientIsToldWhatItDidWrong(string name, string? value, string error)
    {
        var identity = shared.Running;

        using var answer = await new SignIn(identity).AuthorizeAsync((name, value));

        var redirected = SignIn.Redirected(answer);
        Assert.Equal(error, redirected["error"]);
        Assert.NotEmpty(redirected["error_description"]);
        Assert.Equal("a state & more", redirected["state"]);
        Assert.DoesNotContain("code", redirected);
    }

    [Fact]
    public async Task AParameterThatComesTwiceIsAnError()
    {
        var identity = shared.Running;
        using var once = await new SignIn(identity).AuthorizeAsync();

        using var twice = await identity.Http.GetAsync(once.RequestMessage!.RequestUri + "&nonce=another");

        Assert.Equal("invalid_request", SignIn.Redirected(twice)["error"]);
    }

    [Fact]
    public async Task ThePagePutsNothingThatItWasGivenIntoItsMarkup()
    {
        var identity = shared.Running;

        using var answer = await new SignIn(identity).AuthorizeAsync(("state", "\"><script>alert(1)</script>"));

        Assert.DoesNotContain("<script", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SignIn.Callback, "'self' http://localhost:5080;")]
    [InlineData("http://[::1]:5080/signin-oidc", "'self' http:;")]
    public async Task ThePageLetsItsFormEndAtTheClientAndNowhereElse(string callback, string sources)
    {
        var identity = shared.Running;

        using var answer = await new SignIn(identity).AuthorizeAsync(("redirect_uri", callback));

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.Contains($"form-action {sources}", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task NoOtherSitePressesTheButtons()
    {
        var identity = shared.Running;
        var signIn = new SignIn(identity);

        using var foreign = await signIn.PressAsync("ada", ("Origin", "https://example.com"));
        using var own = await signIn.PressAsync("ada", ("Origin", identity.Address), ("Sec-Fetch-Site", "same-origin"));

        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, own.StatusCode);
    }

    [Fact]
    public async Task NobodyElseCanBeChosen()
    {
        var identity = shared.Running;

        using var answer = await new SignIn(identity).PressAsync("eve");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task ForAnotherHostNothingIsAnswered()
    {
        await using var identity = await RunningIdentity.StartAsync(("AllowedHosts", "localhost;127.0.0.1"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = "rebound.example";

        using var answer = await identity.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task TooManyOpenCodesAreRefusedUntilTheOldOnesAreOver()
    {
        await using var identity = await RunningIdentity.StartAsync();
        var signIn = new SignIn(identity);
        for (var i = 0; i < 1000; i++) await signIn.CodeAsync("ada");

        using var full = await signIn.PressAsync("ada");
        Assert.Equal("temporarily_unavailable", SignIn.Redirected(full)["error"]);

        identity.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.NotEmpty(await signIn.CodeAsync("ada"));
    }
}
