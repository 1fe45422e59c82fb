using System.Net;
using PipelineAspire.DemoIdentity.Tests.Hosting;

namespace PipelineAspire.DemoIdentity.Tests;

public class LogoutTests
{
    [Fact]
    public async Task WhoHasSignedOutComesBackToTheClient()
    {
        await using var identity = await RunningIdentity.StartAsync();

        using var answer = await identity.Http.GetAsync("/logout?post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A5080%2Fsignout-callback-oidc&state=s");

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("http://localhost:5080/signout-callback-oidc?state=s", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task WithoutAnAddressAPageSaysIt()
    {
        await using var identity = await RunningIdentity.StartAsync();

        using var answer = await identity.Http.GetAsync("/logout");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("Signed out", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://web.example/signed-out", HttpStatusCode.SeeOther)]
    [InlineData("https://web.example.com/", HttpStatusCode.BadRequest)]
    [InlineData("http://web.example/", HttpStatusCode.BadRequest)]
    [InlineData("http://localhost/", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    public async Task WhereAddressesAreConfiguredTheirOriginsAreTheOnlyOnes(string uri, HttpStatusCode expected)
    {
        await using var identity = await RunningIdentity.StartAsync(("DemoIdentity:RedirectUris:0", "https://web.example/signin-oidc"));

        using var answer = await identity.Http.GetAsync($"/logout?post_logout_redirect_uri={Uri.EscapeDataString(uri)}");

        Assert.Equal(expected, answer.StatusCode);
    }
}
