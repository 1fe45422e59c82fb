using System.Net;

namespace PipelineAspire.Web.Tests;

public sealed class PageTests
{
    [Fact]
    public async Task TheListShowsEveryPipelineWithItsPresentStatus()
    {
        await using var service = await FakeStatusService.Start();
        service.Pipelines["orders"] = ("Orders <intake>", "paused");
        service.Pipelines["billing.v2"] = ("Billing", "failed");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        var page = await browser.GetStringAsync("/");

        Assert.Contains("data-pipeline-id=\"orders\" data-name=\"Orders &lt;intake&gt;\" data-status=\"paused\"", page, StringComparison.Ordinal);
        Assert.Contains("data-pipeline-id=\"billing.v2\" data-name=\"Billing\" data-status=\"failed\"", page, StringComparison.Ordinal);
        Assert.Contains("<b data-count=\"failed\">1</b>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFirstPaintVouchesForNothing()
    {
        await using var service = await FakeStatusService.Start();
        service.Pipelines["orders"] = ("Orders", "active");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        var page = await browser.GetStringAsync("/");

        Assert.Contains("data-freshness=\"stale\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-freshness=\"fresh\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?status=active", new[] { "orders" })]
    [InlineData("?q=BILL", new[] { "billing" })]
    [InlineData("?q=bill&status=active", new string[0])]
    [InlineData("?status=nonsense", new string[0])]
    public async Task SearchAndFilterWorkWithoutScript(string query, string[] shown)
    {
        await using var service = await FakeStatusService.Start();
        service.Pipelines["orders"] = ("Orders", "active");
        service.Pipelines["billing"] = ("Bills", "paused");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        var rows = (await browser.GetStringAsync("/" + query))
            .Split("<template")[0].Split('\n')
            .Where(line => line.Contains("<tr data-pipeline-id", StringComparison.Ordinal))
            .ToList();

        Assert.Equal(2, rows.Count);
        Assert.Equal(shown, rows.Where(row => !row.Contains("hidden", StringComparison.Ordinal))
            .Select(row => row.Split("data-pipeline-id=\"")[1].Split('"')[0]));
    }

    [Fact]
    public async Task TheDetailsOfAPipelineAreShown()
    {
        await using var service = await FakeStatusService.Start();
        service.Pipelines["billing.v2"] = ("Billing", "stopping");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        var page = await browser.GetStringAsync("/pipelines/billing.v2");

        Assert.Contains("data-pipeline-id=\"billing.v2\"", page, StringComparison.Ordinal);
        Assert.Contains("data-status=\"stopping\"", page, StringComparison.Ordinal);
        Assert.Contains("<h1>Billing</h1>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/pipelines/oders", "No such pipeline")]
    [InlineData("/pipelines/%3Cscript%3E", "No such pipeline")]
    [InlineData("/no/such/page", "There is no such page")]
    public async Task WhatDoesNotExistIs404WithAPage(string path, string words)
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        using var response = await browser.GetAsync(path);
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains(words, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", "/ui-api/pipeline")]
    [InlineData("/pipelines/orders", "/ui-api/pipeline/orders/health")]
    public async Task WithoutTheStatusServiceThePageSaysSoAndKnowsWhereToTryAgain(string path, string retry)
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress());
        using var browser = web.Browser();

        using var response = await browser.GetAsync(path);
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("The pipelines cannot be read right now", page, StringComparison.Ordinal);
        Assert.Contains($"data-retry-url=\"{retry}\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyOnTheWayMayKeepAPage()
    {
        await using var service = await FakeStatusService.Start();
        service.Pipelines["orders"] = ("Orders", "active");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        foreach (var path in (string[])["/", "/pipelines/orders", "/pipelines/none", "/nothing"])
        {
            using var answer = await browser.GetAsync(path);
            Assert.Equal((true, true), (answer.Headers.CacheControl?.Private, answer.Headers.CacheControl?.NoCache));
        }

        using var file = await browser.GetAsync("/favicon.svg");
        Assert.NotEqual(true, file.Headers.CacheControl?.Private);
    }

    [Fact]
    public async Task EveryAnswerMakesTheBrowserStrict()
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress());
        using var browser = web.Browser();

        foreach (var path in (string[])["/", "/no/such/page", "/js/pipeline-status.js", "/ui-api/pipeline"])
        {
            using var response = await browser.GetAsync(path);
            var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
            Assert.True(response.Headers.Contains("Referrer-Policy"));
        }
    }

    [Fact]
    public async Task PagesNeedNothingInlineAndNothingFromElsewhere()
    {
        await using var service = await FakeStatusService.Start();
        service.Pipelines["orders"] = ("Orders", "active");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        foreach (var path in (string[])["/", "/pipelines/orders", "/no/such/page"])
        {
            using var response = await browser.GetAsync(path);
            var page = await response.Content.ReadAsStringAsync();
            Assert.DoesNotContain("style=", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<style", page, StringComparison.Ordinal);
            Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        }
    }
}
