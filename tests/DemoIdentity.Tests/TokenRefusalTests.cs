using System.Net;
using System.Text;
using PipelineAspire.DemoIdentity.Tests.Hosting;

namespace PipelineAspire.DemoIdentity.Tests;

public class TokenRefusalTests(SharedIdentity shared) : IClassFixture<SharedIdentity>
{
    [Theory]
    [InlineData("code_verifier", null, "invalid_request")]
    [InlineData("code_verifier", "too-short", "invalid_request")]
    [InlineData("code_verifier", "another-verifier-that-is-long-enough-to-be-one-of-them", "invalid_grant")]
    [InlineData("redirect_uri", null, "invalid_grant")]
    [InlineData("redirect_uri", "http://localhost:5080/other", "invalid_grant")]
    [InlineData("code", "unknown", "invalid_grant")]
    [InlineData("code", null, "invalid_request")]
    [InlineData("grant_type", null, "invalid_request")]
    [InlineData("grant_type", "password", "unsupported_grant_type")]
    [InlineData("grant_type", "client_credentials", "unauthorized_client")]
    public async Task ACodeIsRedeemedOnlyAsItWasAskedFor(string name, string? value, string error)
    {
        var identity = shared.Running;
        var signIn = new SignIn(identity);

        using var answer = await signIn.RedeemAsync(await signIn.CodeAsync("ada"), (name, value));

        Assert.Equal(error, await RunningIdentity.ErrorAsync(answer));
    }

    [Fact]
    public async Task ACodeIsGoodOnce()
    {
        var identity = shared.Running;
        var signIn = new SignIn(identity);
        var code = await signIn.CodeAsync("ada");
        using var first = await signIn.RedeemAsync(code);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        using var replayed = await signIn.RedeemAsync(code);

        Assert.Equal("invalid_grant", await RunningIdentity.ErrorAsync(replayed));
    }

    [Fact]
    public async Task ACodeThatWasGuessedAtIsUsedUp()
    {
        var identity = shared.Running;
        var signIn = new SignIn(identity);
        var code = await signIn.CodeAsync("ada");
        using var guessed = await signIn.RedeemAsync(code, ("code_verifier", new string('x', 43)));

        using var right = await signIn.RedeemAsync(code);

        Assert.Equal("invalid_grant", await RunningIdentity.ErrorAsync(right));
    }

    [Fact]
    public async Task ACodeIsGoodForAMinute()
    {
        await using var identity = await RunningIdentity.StartAsync();
        var signIn = new SignIn(identity);
        var (soon, late) = (await signIn.CodeAsync("ada"), await signIn.CodeAsync("ada"));

        identity.Clock.Advance(TimeSpan.FromSeconds(59));
        using var inTime = await signIn.RedeemAsync(soon);
        identity.Clock.Advance(TimeSpan.FromSeconds(1));
        using var tooLate = await signIn.RedeemAsync(late);

        Assert.Equal(HttpStatusCode.OK, inTime.StatusCode);
        Assert.Equal("invalid_grant", await RunningIdentity.ErrorAsync(tooLate));
    }

    [Theory]
    [InlineData("client_id", "stranger")]
    [InlineData("client_id", null)]
    [InlineData("client_secret", "wrong")]
    [InlineData("client_secret", null)]
    [InlineData("client_secret", RunningIdentity.ServiceSecret)]
    public async Task AClientThatDoesNotShowWhoItIsGetsNothing(string name, string? value)
    {
        var identity = shared.Running;
        var signIn = new SignIn(identity);

        using var answer = await signIn.RedeemAsync(await signIn.CodeAsync("ada"), (name, value));

        Assert.Equal("invalid_client", await RunningIdentity.ErrorAsync(answer, HttpStatusCode.Unauthorized));
        Assert.Equal("Basic", answer.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("Basic", "web:wrong")]
    [InlineData("Basic", "web")]
    [InlineData("Bearer", "web:" + RunningIdentity.ClientSecret)]
    public async Task CredentialsThatAreNoneGetNothing(string scheme, string credentials)
    {
        var identity = shared.Running;

        using var answer = await identity.PostFormAsync(
            "/token",
            new() { ["grant_type"] = "authorization_code", ["code"] = "any" },
            ("Authorization", $"{scheme} {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}"));

        Assert.Equal("invalid_client", await RunningIdentity.ErrorAsync(answer, HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task WhatIsNoFormIsAnError()
    {
        var identity = shared.Running;

        using var answer = await identity.Http.PostAsync("/token", new StringContent("{}", Encoding.UTF8, "application/json"));

        Assert.Equal("invalid_request", await RunningIdentity.ErrorAsync(answer));
    }
}
