using System.Net;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using PipelineAspire.DemoIdentity.Tests.Hosting;

namespace PipelineAspire.DemoIdentity.Tests;

public class CodeFlowTests
{
    [Fact]
    public async Task APersonIsChosenAndTheClientGetsTokensThatAStrangerCanVerify()
    {
        await using var identity = await RunningIdentity.StartAsync();
        var signIn = new SignIn(identity);

        using var page = await signIn.AuthorizeAsync();
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("Continue as Ada", html, StringComparison.Ordinal);
        Assert.Contains("Continue as Ben", html, StringComparison.Ordinal);

        using var pressed = await signIn.PressAsync("ada");
        var redirected = SignIn.Redirected(pressed);
        Assert.Equal("a state & more", redirected["state"]);

        using var answer = await signIn.RedeemAsync(redirected["code"]);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        var tokens = await answer.JsonAsync();
        Assert.Equal("Bearer", tokens.GetProperty("token_type").GetString());
        Assert.Equal(3600, tokens.GetProperty("expires_in").GetInt32());

        var id = await identity.VerifyAsync(tokens.GetProperty("id_token").GetString()!, "web");
        Assert.Equal("ada", id.Subject);
        Assert.Equal("Ada", id.GetPayloadValue<string>("name"));
        Assert.Equal("a nonce", id.GetPayloadValue<string>("nonce"));
        Assert.Equal(["*"], id.GetPayloadValue<string[]>("pipelines"));
        Assert.Equal(identity.Clock.GetUtcNow().UtcDateTime, id.IssuedAt);
        Assert.Equal(identity.Clock.GetUtcNow().UtcDateTime.AddHours(1), id.ValidTo);

        var access = await identity.VerifyAsync(tokens.GetProperty("access_token").GetString()!, "statusstream");
        Assert.Equal("ada", access.Subject);
        Assert.Equal(["*"], access.GetPayloadValue<string[]>("pipelines"));
    }

    [Theory]
    [InlineData("login_hint", "ben")]
    [InlineData("login_hint", "nobody", "DemoIdentity:AutoSignIn", "ben")]
    [InlineData("prompt", "none", "DemoIdentity:AutoSignIn", "ben")]
    public async Task WhoIsSaidIsSignedInWithoutAPage(string name, string value, string setting = "DemoIdentity:ClientId", string set = "web")
    {
        await using var identity = await RunningIdentity.StartAsync((setting, set));
        var signIn = new SignIn(identity);

        using var answer = await signIn.AuthorizeAsync((name, value));
        using var redeemed = await signIn.RedeemAsync(SignIn.Redirected(answer)["code"]);

        var id = await identity.VerifyAsync((await redeemed.JsonAsync()).GetProperty("id_token").GetString()!, "web");
        Assert.Equal("ben", id.Subject);
    }

    [Theory]
    [InlineData("login")]
    [InlineData("select_account")]
    public async Task WhoWantsToBeAskedIsAskedAllTheSame(string prompt)
    {
        await using var identity = await RunningIdentity.StartAsync(("DemoIdentity:AutoSignIn", "ada"));

        using var answer = await new SignIn(identity).AuthorizeAsync(("prompt", prompt));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task TheClientMayShowItsSecretAsBasicCredentials()
    {
        await using var identity = await RunningIdentity.StartAsync();
        var signIn = new SignIn(identity);
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"web:{WebUtility.UrlEncode(RunningIdentity.ClientSecret)}"));

        using var answer = await identity.PostFormAsync(
            "/token",
            new() { ["grant_type"] = "authorization_code", ["code"] = await signIn.CodeAsync("ada"), ["redirect_uri"] = SignIn.Callback, ["code_verifier"] = signIn.Verifier },
            ("Authorization", $"Basic {credentials}"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task UserInfoTellsWhoTheAccessTokenIsAboutUntilItHasRunOut()
    {
        await using var identity = await RunningIdentity.StartAsync(("DemoIdentity:TokenLifetime", "00:01:00"));
        var tokens = await new SignIn(identity).TokensAsync("ben");
        var access = tokens.GetProperty("access_token").GetString();

        using var answer = await identity.GetWithBearerAsync("/userinfo", access);
        var info = await answer.JsonAsync();
        Assert.Equal("ben", info.GetProperty("sub").GetString());
        Assert.Equal("Ben", info.GetProperty("name").GetString());
        Assert.Contains("orders-*", RunningIdentity.PipelinesOf(info));

        using var withoutToken = await identity.GetWithBearerAsync("/userinfo", null);
        Assert.Equal(HttpStatusCode.Unauthorized, withoutToken.StatusCode);
        using var withIdToken = await identity.GetWithBearerAsync("/userinfo", tokens.GetProperty("id_token").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, withIdToken.StatusCode);

        identity.Clock.Advance(TimeSpan.FromMinutes(1));
        using var late = await identity.GetWithBearerAsync("/userinfo", access);
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        Assert.Contains("invalid_token", late.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnIssuerThatIsSetIsWhatTokensAndDiscoverySay()
    {
        await using var identity = await RunningIdentity.StartAsync(("DemoIdentity:Issuer", "http://identity.localhost:5095"));

        using var discovery = await identity.Http.GetAsync("/.well-known/openid-configuration");
        var configuration = await discovery.JsonAsync();
        var tokens = await new SignIn(identity).TokensAsync("ada");

        Assert.Equal("http://identity.localhost:5095/token", configuration.GetProperty("token_endpoint").GetString());
        Assert.Equal("http://identity.localhost:5095", new JsonWebToken(tokens.GetProperty("id_token").GetString()).Issuer);
    }
}
