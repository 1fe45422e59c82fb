using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PipelineAspire.Web.Tests;

/// <summary>Whose requests replicas take those of Web for.</summary>
public sealed class ForwardedClientTests
{
    private const string Actions = "/ui-api/pipeline/actions";
    private const string Page = "/pipelines/orders";

    [Theory]
    [InlineData(Actions)]
    [InlineData(Page)]
    public async Task ReplicasAreToldTheAddressOfTheClientAndNotWhatItSays(string target)
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url);

        await AskAsync(web, target, "192.0.2.7");

        Assert.Equal(["127.0.0.1"], service.ForwardedFor.Distinct(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(Actions)]
    [InlineData(Page)]
    public async Task BehindAKnownProxyTheAddressIsTheOneThatTheProxyTells(string target)
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url, ("ForwardedHeaders:KnownProxies:0", "127.0.0.1"));

        await AskAsync(web, target, "203.0.113.5, 192.0.2.7"); // the first is what the client has said

        Assert.Equal(["192.0.2.7"], service.ForwardedFor.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AHeadMayTakeFiveSeconds()
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress());

        var limits = web.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        Assert.Equal(TimeSpan.FromSeconds(5), limits.RequestHeadersTimeout);
        Assert.Equal(192 * 1024, limits.MaxRequestLineSize + limits.MaxRequestHeadersTotalSize);
    }

    private static async Task AskAsync(WebUnderTest web, string target, string forwardedFor)
    {
        using var browser = web.Browser();
        browser.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
        using var answer = await browser.GetAsync(target);
    }
}
