using System.Net;
using PipelineAspire.DemoIdentity.Tests.Hosting;

namespace PipelineAspire.DemoIdentity.Tests;

public class ServiceTokenTests(SharedIdentity shared) : IClassFixture<SharedIdentity>
{
    [Fact]
    public async Task AServiceGetsATokenForTwelveHoursThatSeesEverything()
    {
        var identity = shared.Running;

        using var answer = await identity.PostFormAsync("/token", Form("web-service", RunningIdentity.ServiceSecret));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var tokens = await answer.JsonAsync();
        Assert.Equal(12 * 3600, tokens.GetProperty("expires_in").GetInt32());
        Assert.False(tokens.TryGetProperty("id_token", out _));
        var token = await identity.VerifyAsync(tokens.GetProperty("access_token").GetString()!, "statusstream");
        Assert.Equal("web-service", token.Subject);
        Assert.Equal(["*"], token.GetPayloadValue<string[]>("pipelines"));
        Assert.Equal(identity.Clock.GetUtcNow().UtcDateTime.AddHours(12), token.ValidTo);
    }

    [Fact]
    public async Task AServiceIsNobodyThatUserInfoKnows()
    {
        var identity = shared.Running;
        using var answer = await identity.PostFormAsync("/token", Form("web-service", RunningIdentity.ServiceSecret));
        var token = (await answer.JsonAsync()).GetProperty("access_token").GetString();

        using var info = await identity.GetWithBearerAsync("/userinfo", token);

        Assert.Equal(HttpStatusCode.Unauthorized, info.StatusCode);
    }

    [Fact]
    public async Task TheServicesSecretIsAskedFor()
    {
        var identity = shared.Running;

        using var answer = await identity.PostFormAsync("/token", Form("web-service", RunningIdentity.ClientSecret));

        Assert.Equal("invalid_client", await RunningIdentity.ErrorAsync(answer, HttpStatusCode.Unauthorized));
    }

    private static Dictionary<string, string> Form(string id, string secret) =>
        new(StringComparer.Ordinal) { ["grant_type"] = "client_credentials", ["client_id"] = id, ["client_secret"] = secret };
}
