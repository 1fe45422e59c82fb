using System.Net;
using System.Text.Json;
using PipelineAspire.DemoIdentity.Tests.Hosting;

namespace PipelineAspire.DemoIdentity.Tests;

public class RightsTests(SharedIdentity shared) : IClassFixture<SharedIdentity>
{
    private static readonly string[] Bens = ["orders-*", "payments-*", "inventory-*", "shipment-*", "customer-*", "price-*"];

    [Fact]
    public async Task ARightThatIsWithdrawnIsGoneUntilItIsGrantedAgain()
    {
        await using var identity = await RunningIdentity.StartAsync();
        Assert.Equal(Bens, await RightsOfAsync(identity, "ben"));

        await SetAsync(identity, "ben", "orders-*", granted: false);
        Assert.Equal(Bens[1..], await RightsOfAsync(identity, "ben"));
        Assert.Equal(["*"], await RightsOfAsync(identity, "ada"));
        var tokens = await new SignIn(identity).TokensAsync("ben");
        var access = await identity.VerifyAsync(tokens.GetProperty("access_token").GetString()!, "statusstream");
        Assert.Equal(Bens[1..], access.GetPayloadValue<string[]>("pipelines"));

        await SetAsync(identity, "ben", "orders-*", granted: true);
        Assert.Equal(Bens, await RightsOfAsync(identity, "ben"));
    }

    [Fact]
    public async Task WhoMaySeeNothingHasAnEmptyClaim()
    {
        await using var identity = await RunningIdentity.StartAsync();
        await SetAsync(identity, "ada", "*", granted: false);

        Assert.Empty(await RightsOfAsync(identity, "ada"));
        var tokens = await new SignIn(identity).TokensAsync("ada");
        var id = await identity.VerifyAsync(tokens.GetProperty("id_token").GetString()!, "web");
        Assert.Empty(id.GetPayloadValue<string[]>("pipelines"));
    }

    [Fact]
    public async Task ThePageHasASwitchForEachRightThatSaysHowItStands()
    {
        await using var identity = await RunningIdentity.StartAsync();
        await SetAsync(identity, "ben", "orders-*", granted: false);

        using var page = await identity.Http.GetAsync("/");

        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("form-action 'self';", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Contains("never for production", html, StringComparison.Ordinal);
        Assert.Equal("false", SwitchOf(html, "Ben may see orders-*"));
        Assert.Equal("true", SwitchOf(html, "Ben may see price-*"));
        Assert.Equal("true", SwitchOf(html, "Ada may see *"));
    }

    [Theory]
    [InlineData("Origin", "https://example.com")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task NoOtherSiteMovesASwitch(string header, string value)
    {
        var identity = shared.Running;

        using var answer = await PostAsync(identity, "ben", "orders-*", "false", (header, value));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(Bens, await RightsOfAsync(identity, "ben"));
    }

    [Theory]
    [InlineData("ben", "secrets-*", "true", HttpStatusCode.BadRequest)]
    [InlineData("ben", "orders-*", "perhaps", HttpStatusCode.BadRequest)]
    [InlineData("eve", "orders-*", "true", HttpStatusCode.NotFound)]
    public async Task WhatNobodyCanHaveIsNotGranted(string sub, string right, string granted, HttpStatusCode expected)
    {
        var identity = shared.Running;

        using var answer = await PostAsync(identity, sub, right, granted);

        await answer.ProblemAsync(expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData(RunningIdentity.ServiceSecret)]
    public async Task RightsAreToldToWhoHasTheClientsSecret(string? secret)
    {
        var identity = shared.Running;

        using var answer = await identity.GetWithBearerAsync("/rights/ben", secret);

        await answer.ProblemAsync(HttpStatusCode.Unauthorized);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task NobodyKnowsTheRightsOfAStranger()
    {
        var identity = shared.Running;

        using var answer = await identity.GetWithBearerAsync("/rights/eve", RunningIdentity.ClientSecret);

        await answer.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task BenSeesHalfOfThePipelinesOfTheDemo()
    {
        var identity = shared.Running;
        using var script = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "demo-script.json")));
        var pipelines = script.RootElement.GetProperty("steps").EnumerateArray().Select(static step => step.GetProperty("pipeline").GetString()!).ToHashSet();
        var beginnings = (await RightsOfAsync(identity, "ben")).Select(static right => right.TrimEnd('*')).ToList();

        Assert.Equal(12, pipelines.Count);
        Assert.Equal(6, pipelines.Count(pipeline => beginnings.Any(beginning => pipeline.StartsWith(beginning, StringComparison.Ordinal))));
    }

    private static Task<HttpResponseMessage> PostAsync(RunningIdentity identity, string sub, string right, string granted, params (string, string)[] headers) =>
        identity.PostFormAsync($"/rights/{sub}", new() { ["right"] = right, ["granted"] = granted }, headers);

    private static async Task SetAsync(RunningIdentity identity, string sub, string right, bool granted)
    {
        using var answer = await PostAsync(identity, sub, right, granted ? "true" : "false", ("Origin", identity.Address));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.StartsWith($"/#{sub}-", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    private static async Task<string[]> RightsOfAsync(RunningIdentity identity, string sub)
    {
        using var answer = await identity.GetWithBearerAsync($"/rights/{sub}", RunningIdentity.ClientSecret);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        return RunningIdentity.PipelinesOf(await answer.JsonAsync());
    }

    private static string SwitchOf(string html, string label)
    {
        var before = html[..html.IndexOf($"aria-label=\"{label}\"", StringComparison.Ordinal)];
        const string state = "aria-checked=\"";
        return before[(before.LastIndexOf(state, StringComparison.Ordinal) + state.Length)..].Split('"')[0];
    }
}
