using System.Text.Json;
using Microsoft.Extensions.Options;

namespace PipelineAspire.Web.Tests;

public sealed class SettingsTests
{
    [Fact]
    public async Task WithoutAnySettingBrowsersPollAndTheDefaultsAreThoseOfTheContract()
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress());

        var settings = await PageSettings(web);

        Assert.False(settings.GetProperty("useSse").GetBoolean());
        Assert.Equal(
            """{"endpoint":"/ui-api/pipeline/status/stream","maxPipelines":500,"maxReconnectAttempts":5,"reconnectDelay":1000,"maxReconnectDelay":30000,"heartbeatTimeout":45000,"enablePollingFallback":true,"healthyAfter":5000,"pollInterval":2000,"returnInterval":60000}""",
            settings.GetProperty("manager").GetRawText());
    }

    [Theory]
    [InlineData("true", true, "sse")]
    [InlineData("false", false, "polling")]
    public async Task TheFeatureFlagDecidesWhetherBrowsersStream(string flag, bool streams, string transport)
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress(), ("FeatureManagement:UseSseStatus", flag));
        using var browser = web.Browser();

        Assert.Equal(streams, (await PageSettings(web)).GetProperty("useSse").GetBoolean());
        Assert.Contains($"data-transport=\"{transport}\"", await browser.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheClientsSettingsComeFromConfiguration()
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress(), ("SseManager:PollInterval", "250"), ("SseManager:ReturnInterval", "0"));

        var manager = (await PageSettings(web)).GetProperty("manager");

        Assert.Equal((250, 0), (manager.GetProperty("pollInterval").GetInt32(), manager.GetProperty("returnInterval").GetInt32()));
    }

    [Fact]
    public async Task PagesSayWherePeopleSignInOnlyWhereThatIsConfigured()
    {
        await using var without = WebUnderTest.InFrontOf(Bounds.DeadAddress());
        await using var with = WebUnderTest.InFrontOf(Bounds.DeadAddress(), ("SignIn:Url", "/account/sign-in"));

        Assert.False((await PageSettings(without)).TryGetProperty("signInUrl", out _));
        Assert.Equal("/account/sign-in", (await PageSettings(with)).GetProperty("signInUrl").GetString());
    }

    [Theory]
    [InlineData("SignIn:Url", "https://elsewhere/sign-in")]
    [InlineData("SignIn:Url", "//elsewhere/sign-in")]
    [InlineData("SignIn:Url", "/\\elsewhere")]
    [InlineData("SignIn:Url", "/sign-in?by=1")]
    [InlineData("SseManager:Endpoint", "https://elsewhere/stream")]
    [InlineData("SseManager:Endpoint", "//elsewhere/stream")]
    [InlineData("SseManager:MaxReconnectAttempts", "-1")]
    [InlineData("SseManager:ReconnectDelay", "0")]
    [InlineData("SseManager:MaxReconnectDelay", "999")]
    [InlineData("SseManager:HeartbeatTimeout", "0")]
    [InlineData("SseManager:HealthyAfter", "-1")]
    [InlineData("SseManager:PollInterval", "3600001")]
    [InlineData("SseManager:PollInterval", "often")]
    [InlineData("SseManager:ReturnInterval", "-1")]
    [InlineData("SseManager:MaxPipelines", "0")]
    [InlineData("SseManager:EnablePollingFallback", "perhaps")]
    [InlineData("FeatureManagement:UseSseStatus", "yes")]
    [InlineData("StatusStreamApi:BaseUrl", "statusstream")]
    [InlineData("StatusStreamApi:BaseUrl", "ftp://statusstream")]
    [InlineData("StatusStreamApi:BaseUrl", "http://statusstream?key=1")]
    [InlineData("StatusStreamApi:BaseUrl", "http://user:secret@statusstream")]
    [InlineData("StatusStreamApi:BaseUrl", "http://statusstream?key=secret")]
    [InlineData("services:statusstream:http:0", "ftp://replica")]
    [InlineData("services:statusstream:http:0", "ftp://user:secret@replica")]
    [InlineData("PipelineBackend:BaseUrl", "ftp://user:secret@backend")]
    [InlineData("ForwardedHeaders:KnownProxies:0", "proxy")]
    [InlineData("ForwardedHeaders:KnownNetworks:0", "10.0.0.1")]
    public void ASettingThatMakesNoSenseStopsTheStartAndIsNamed(string name, string value)
    {
        var failure = Record.Exception(() => WebUnderTest.Start((name, value)));

        Assert.NotNull(failure);
        Assert.True(failure is OptionsValidationException or InvalidOperationException, failure.ToString());
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> PageSettings(WebUnderTest web)
    {
        using var browser = web.Browser();
        var page = await browser.GetStringAsync("/");
        var start = page.IndexOf('{', page.IndexOf("pipeline-status-settings", StringComparison.Ordinal));
        return JsonDocument.Parse(page[start..page.IndexOf("</script>", start, StringComparison.Ordinal)]).RootElement;
    }
}
