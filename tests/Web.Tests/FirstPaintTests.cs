using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace PipelineAspire.Web.Tests;

/// <summary>The first paint shows what could be read, whatever could not.</summary>
public sealed partial class FirstPaintTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(8); // four seconds, and a busy machine

    public static TheoryData<string> TooLarge => ["limit", "400", "414", "431"];

    [Theory]
    [MemberData(nameof(TooLarge))]
    public async Task MorePipelinesThanOneRequestMayNameAreReadInPartsThatAreAllowed(string refusal)
    {
        await using var service = await FakeStatusService.Start();
        service.MaxPipelines = 100;
        if (refusal != "limit") service.TooMany = _ => Results.Problem(statusCode: int.Parse(refusal));
        for (var i = 0; i < 1150; i++) service.Pipelines[$"p{i}"] = ($"P {i}", "paused");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        var first = await browser.GetStringAsync("/");
        var refused = service.Counts["/ui-api/pipeline/status"] - service.PartSizes.Count;
        var second = await browser.GetStringAsync("/");

        Assert.Equal(Enumerable.Repeat(("paused", 1150), 2), new[] { first, second }.Select(page => Assert.Single(Counts(page))));
        Assert.InRange(refused, 1, 20);
        Assert.Equal(refused, service.Counts["/ui-api/pipeline/status"] - service.PartSizes.Count); // it has learned
    }

    [Fact]
    public async Task APartThatFailsHarmsOnlyItself()
    {
        await using var service = await FakeStatusService.Start();
        for (var i = 0; i < 1150; i++) service.Pipelines[$"p{i}"] = ($"P {i}", "paused");
        service.Broken["p7"] = true;
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        var page = await browser.GetStringAsync("/");

        var statuses = Counts(page).ToDictionary(status => status.Status, status => status.Count);
        Assert.Equal(1150, statuses.Values.Sum());
        Assert.InRange(statuses["unknown"], 150, 500);
        Assert.DoesNotContain("cannot be read", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APartThatHangsHoldsUpNothingBeyondTheDeadline()
    {
        await using var service = await FakeStatusService.Start();
        for (var i = 0; i < 1150; i++) service.Pipelines[$"p{i}"] = ($"P {i}", "paused");
        service.Hanging["p7"] = true;
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        var page = await browser.GetStringAsync("/").WaitAsync(Deadline);

        var statuses = Counts(page).ToDictionary(status => status.Status, status => status.Count);
        Assert.InRange(statuses["paused"], 650, 1000);
        Assert.Equal(1150, statuses["paused"] + statuses["unknown"]);
    }

    [Theory]
    [InlineData("""[{"pipeline_id":1,"pipeline_name":"One"},{"pipeline_id":"b"}]""", "1 b")]
    [InlineData("[1,2]", "1 2")]
    [InlineData("""[9007199254740993,null,{"x":1},"c"]""", "9007199254740993 c")]
    public async Task IdsMayBeNumbers(string list, string ids)
    {
        await using var service = await FakeStatusService.Start();
        service.List = Results.Content(list, "application/json");
        foreach (var id in ids.Split(' ')) service.Pipelines[id] = (id, "stopping");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        var page = (await browser.GetStringAsync("/")).Split("<template")[0];

        Assert.Equal(ids.Split(' '), Rows().Matches(page).Select(row => row.Groups["id"].Value).Order(StringComparer.Ordinal));
        Assert.Equal(("stopping", 2), Assert.Single(Statuses(page)));
    }

    [Theory]
    [InlineData("   ")]
    [InlineData("\u00a0")]
    [InlineData("\u200b\u200d")]
    [InlineData("\u202e")]
    [InlineData("\u0007")]
    public async Task ANameThatShowsNothingIsNone(string name)
    {
        await using var service = await FakeStatusService.Start();
        service.Pipelines["orders"] = (name, "paused");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        var (list, details) = (await browser.GetStringAsync("/"), await browser.GetStringAsync("/pipelines/orders"));

        Assert.Contains("<a href=\"/pipelines/orders\">orders</a>", list, StringComparison.Ordinal);
        Assert.Contains("<h1>orders</h1>", details, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"data":[{"pipeline_id":"a"}]}""", "an array was expected, and it is an object")]
    [InlineData("7", "an array was expected, and it is a single value")]
    [InlineData("""[{"key":"a"},{"key":"b"}]""", "none of its items (2) has a pipeline's id")]
    public async Task AListThatNobodyUnderstandsIsNamedAndNotTriedAgain(string list, string words)
    {
        await using var service = await FakeStatusService.Start();
        service.List = Results.Content(list, "application/json");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        var page = WebUtility.HtmlDecode(await browser.GetStringAsync("/"));

        Assert.Contains($"The list of pipelines has another shape than expected: {words}", page, StringComparison.Ordinal);
        Assert.Contains("see PipelineBackend:ListItemsProperty", page, StringComparison.Ordinal);
        Assert.DoesNotContain("No pipelines yet", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-retry-url=\"/", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhyTheListCannotBeReadIsToldInTheWordsOfTheStatusService()
    {
        await using var service = await FakeStatusService.Start();
        service.List = Results.Problem("The backend's list has <gone>.", statusCode: StatusCodes.Status502BadGateway);
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        var page = await browser.GetStringAsync("/");

        Assert.Contains("The backend&#x27;s list has &lt;gone&gt;.", page, StringComparison.Ordinal);
        Assert.Contains("data-retry-url=\"/ui-api/pipeline\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCodes.Status502BadGateway)]
    [InlineData(StatusCodes.Status504GatewayTimeout)]
    public async Task APipelineThatTheBackendCannotBeAskedAboutHasItsPageAllTheSame(int statusCode)
    {
        await using var service = await FakeStatusService.Start();
        service.Health = Results.Problem("It hangs.", statusCode: statusCode);
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        var page = await browser.GetStringAsync("/pipelines/orders");

        Assert.Contains("data-pipeline-id=\"orders\" data-name=\"orders\" data-status=\"unknown\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfALongListThePageHasTwoHundredRowsAndTheStatusesOfTheOthers()
    {
        await using var service = await FakeStatusService.Start();
        for (var i = 0; i < 10_000; i++) service.Pipelines[$"p{i:d5}"] = ($"P {i:d5}", i == 9_000 ? "failed" : "paused");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        var page = await browser.GetStringAsync("/");

        Assert.Equal(("paused", 200), Assert.Single(Statuses(page)));
        Assert.Contains("<span data-shown-count>10000</span> of <span data-all-count>10000</span> shown", page, StringComparison.Ordinal);
        var rest = Rest(page);
        Assert.Equal(["p09000"], rest["failed"]);
        Assert.Equal(Enumerable.Range(200, 9_800).Where(i => i != 9_000).Select(i => $"p{i:d5}"), rest["paused"].Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task WhatIsAskedForIsPaintedWhereverInALongListItStands()
    {
        await using var service = await FakeStatusService.Start();
        for (var i = 0; i < 1_000; i++) service.Pipelines[$"p{i:d4}"] = ($"P {i:d4}", i >= 900 ? "failed" : "paused");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        Assert.Equal(("failed", 100), Assert.Single(Statuses(await browser.GetStringAsync("/?status=failed"))));
        Assert.Equal(["p0987"], Ids(await browser.GetStringAsync("/?q=0987")));
        Assert.Equal("p0900", Ids(await browser.GetStringAsync("/?sort=status"))[0]);
    }

    [Fact]
    public async Task WithoutScriptLinksLeadThroughALongList()
    {
        await using var service = await FakeStatusService.Start();
        for (var i = 0; i < 450; i++) service.Pipelines[$"p{i:d3}"] = ($"P {i:d3}", "paused");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();
        List<string> seen = [];
        List<string> pages = [];

        for (string? path = "/?q=p&sort=name"; path is not null; path = LinkOf(pages[^1], "next"))
        {
            pages.Add(await browser.GetStringAsync(path));
            seen.AddRange(Ids(pages[^1]));
        }

        Assert.Equal(Enumerable.Range(0, 450).Select(i => $"p{i:d3}"), seen);
        Assert.Contains("<span>401 to 450 of 450</span>", pages[^1], StringComparison.Ordinal);
        Assert.Equal(pages[1], await browser.GetStringAsync(LinkOf(pages[2], "prev")!), PagesAreAlike);
        Assert.Null(LinkOf(pages[0], "prev"));
    }

    [Theory]
    [InlineData("0", "p000")]
    [InlineData("-7", "p000")]
    [InlineData("9999", "p449")]
    [InlineData("nonsense", "p000")]
    public async Task APartThatThereIsNotIsTheNearestOne(string from, string first)
    {
        await using var service = await FakeStatusService.Start();
        for (var i = 0; i < 450; i++) service.Pipelines[$"p{i:d3}"] = ($"P {i:d3}", "paused");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        Assert.Equal(first, Ids(await browser.GetStringAsync($"/?from={from}"))[0]);
    }

    [Fact]
    public async Task AListThatIsPaintedAsAWholeHasNoParts()
    {
        await using var service = await FakeStatusService.Start();
        for (var i = 0; i < 200; i++) service.Pipelines[$"p{i:d3}"] = ($"P {i:d3}", "paused");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        var page = await browser.GetStringAsync("/");

        Assert.Equal(("paused", 200), Assert.Single(Statuses(page)));
        Assert.DoesNotContain("data-statuses", page, StringComparison.Ordinal);
        Assert.DoesNotContain("rel=\"next\"", page, StringComparison.Ordinal);
    }

    /// <summary>All but what tells the time of day.</summary>
    private static bool PagesAreAlike(string left, string right) => Ids(left).SequenceEqual(Ids(right)) && LinkOf(left, "next") == LinkOf(right, "next");

    private static List<string> Ids(string page) => [.. Rows().Matches(page.Split("<template")[0]).Select(row => row.Groups["id"].Value)];

    private static string? LinkOf(string page, string rel) =>
        PartLinks().Matches(page).FirstOrDefault(link => link.Groups["rel"].Value == rel) is { } found ? WebUtility.HtmlDecode(found.Groups["href"].Value) : null;

    private static Dictionary<string, List<string>> Rest(string page) =>
        JsonSerializer.Deserialize<Dictionary<string, List<string>>>(page.Split("data-statuses>")[1].Split("</script>")[0])!;

    /// <summary>How many pipelines have each status, as the page's filters say, painted or not.</summary>
    private static List<(string Status, int Count)> Counts(string page) =>
        [.. FilterCounts().Matches(page).Select(count => (count.Groups["status"].Value, int.Parse(count.Groups["count"].Value))).Where(count => count.Item2 > 0)];

    private static List<(string Status, int Count)> Statuses(string page) =>
        [.. Rows().Matches(page.Split("<template")[0]).CountBy(row => row.Groups["status"].Value).Select(count => (count.Key, count.Value))];

    [GeneratedRegex("<b data-count=\"(?<status>[a-z]+)\">(?<count>[0-9]+)</b>", RegexOptions.None, 1000)]
    private static partial Regex FilterCounts();

    [GeneratedRegex("<a class=\"button\" href=\"(?<href>[^\"]+)\" rel=\"(?<rel>[a-z]+)\"", RegexOptions.None, 1000)]
    private static partial Regex PartLinks();

    [GeneratedRegex("<tr data-pipeline-id=\"(?<id>[^\"]+)\" data-name=\"[^\"]*\" data-status=\"(?<status>[a-z]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Rows();
}
