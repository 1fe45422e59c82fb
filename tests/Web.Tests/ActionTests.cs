using System.Net;
using System.Text.RegularExpressions;

namespace PipelineAspire.Web.Tests;

/// <summary>The page offers what the status service offers, and what is asked for is passed on.</summary>
public sealed partial class ActionTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("stop", "stop")]
    [InlineData("pause resume roll-back stop terminate", "pause resume stop terminate roll-back")]
    public async Task ThePageHasAButtonForEachActionThatIsOffered(string offered, string shown)
    {
        await using var service = await FakeStatusService.Start();
        service.Pipelines["orders"] = ("Orders", "active");
        service.Actions = offered.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        var page = await browser.GetStringAsync("/pipelines/orders");

        Assert.Equal(shown.Split(' ', StringSplitOptions.RemoveEmptyEntries), Buttons().Matches(page).Select(button => button.Groups["action"].Value));
        Assert.Equal(offered.Length > 0, page.Contains("data-actions-url=\"/ui-api/pipeline/orders\" hidden", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatIsAskedForIsPassedOnAndItsRefusalComesBack()
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        using var response = await browser.PostAsync("/ui-api/pipeline/orders/stop", null);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("It is stopped already.", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task APageOfAnotherSiteAsksForNothing()
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ui-api/pipeline/orders/stop");
        request.Headers.Add("Origin", "https://elsewhere.example");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        using var response = await browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(service.Counts);
    }

    [GeneratedRegex("<button [^>]*data-ask=\"(?<action>[a-z-]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Buttons();
}
