using System.Net;
using Microsoft.Extensions.Options;
using PipelineAspire.DemoIdentity.Tests.Hosting;

namespace PipelineAspire.DemoIdentity.Tests;

public class StartTests
{
    [Fact]
    public async Task OutsideDevelopmentItDoesNotStart()
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningIdentity.StartAsync(("environment", "Production")));

        Assert.Contains("DemoIdentity:Anywhere", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OutsideDevelopmentItStartsWhereItIsSaidAndHasNoSecretsOfItsOwn()
    {
        await using var identity = await RunningIdentity.StartAsync(("environment", "Production"), ("DemoIdentity:Anywhere", "true"));
        using var answer = await identity.Http.GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningIdentity.StartAsync(
            ("environment", "Production"), ("DemoIdentity:Anywhere", "true"), ("DemoIdentity:ClientSecret", "")));
        Assert.Contains("DemoIdentity:ClientSecret", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DemoIdentity:ClientId", "")]
    [InlineData("DemoIdentity:ServiceClientId", "web")]
    [InlineData("DemoIdentity:Audience", "web")]
    [InlineData("DemoIdentity:Issuer", "localhost:5095")]
    [InlineData("DemoIdentity:RedirectUris:0", "/signin-oidc")]
    [InlineData("DemoIdentity:TokenLifetime", "00:00:00")]
    [InlineData("DemoIdentity:AutoSignIn", "eve")]
    [InlineData("DemoIdentity:People:0:Sub", "no good")]
    public async Task ASettingThatMakesNoSenseStopsTheStartAndIsNamed(string name, string value)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningIdentity.StartAsync((name, value)));

        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("*-orders")]
    [InlineData("a,b")]
    public async Task ARightThatNoClaimCanHaveStopsTheStart(string right)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningIdentity.StartAsync(
            ("DemoIdentity:People:0:Sub", "eve"), ("DemoIdentity:People:0:Pipelines:0", right)));

        Assert.Contains("DemoIdentity:People:0:Pipelines", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PeopleWhoAreConfiguredTakeThePlaceOfTheOthers()
    {
        await using var identity = await RunningIdentity.StartAsync(("DemoIdentity:People:0:Sub", "eve"), ("DemoIdentity:People:0:Pipelines:0", "orders-*"));

        var html = await identity.Http.GetStringAsync("/");

        Assert.Contains("eve may see orders-*", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Ada", html, StringComparison.Ordinal);
    }
}
