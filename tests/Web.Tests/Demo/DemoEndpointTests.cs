using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace PipelineAspire.Web.Tests.Demo;

public sealed class DemoEndpointTests
{
    [Theory]
    [InlineData("/demo")]
    [InlineData("/demo/api/state")]
    public async Task WithoutControlThereAreNoDemos(string path)
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress());
        using var browser = web.Browser();
        using var response = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.DoesNotContain("href=\"/demo\"", await browser.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFlagIsTurnedOffByTheAddressOnlyWhereTheDemosAre()
    {
        await using var with = Demos();
        await using var without = WebUnderTest.InFrontOf(Bounds.DeadAddress(), ("FeatureManagement:UseSseStatus", "true"));

        Assert.Contains("\"useSse\":false", await PageAsync(with, "/?flag=off"), StringComparison.Ordinal);
        Assert.Contains("\"useSse\":true", await PageAsync(with, "/"), StringComparison.Ordinal);
        Assert.Contains("\"useSse\":true", await PageAsync(without, "/?flag=off"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheDemoPageIsHastierThanTheOthers()
    {
        await using var web = Demos();

        Assert.Contains("\"reconnectDelay\":300,", await PageAsync(web, "/demo"), StringComparison.Ordinal);
        Assert.Contains("\"returnInterval\":15000", await PageAsync(web, "/demo"), StringComparison.Ordinal);
        Assert.Contains("\"reconnectDelay\":1000,", await PageAsync(web, "/"), StringComparison.Ordinal);
        Assert.Contains("href=\"/demo\"", await PageAsync(web, "/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Origin", "http://elsewhere.example")]
    [InlineData("Origin", "null")]
    public async Task OnlyThePageItselfPressesButtons(string? header, string? value)
    {
        await using var web = Demos();
        string[] buttons =
        [
            "backend/break", "backend/heal", "backend/script", "backend/storm",
            "streams/cut", "streams/hang", "streams/swallow", "streams/refuse", "streams/allow", "proof",
        ];
        foreach (var button in buttons)
        {
            using var response = await PressAsync(web, $"{button}?seconds=1", header, value);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }
    }

    [Fact]
    public async Task AnotherSitesPageDoesNotEvenLook()
    {
        await using var web = Demos();
        using var browser = web.Browser();
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        using var response = await browser.GetAsync("/demo/api/state");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task WhatDoesNotAnswerIsSaidToBeGone()
    {
        await using var web = Demos();
        using var browser = web.Browser();
        var state = await browser.GetFromJsonAsync<JsonElement>("/demo/api/state");

        Assert.Equal(JsonValueKind.Null, state.GetProperty("backend").ValueKind);
        Assert.Equal(JsonValueKind.Null, state.GetProperty("replicas")[0].GetProperty("state").ValueKind);
        (string Button, HttpStatusCode Status)[] answers =
        [
            ("backend/break", HttpStatusCode.BadGateway), ("backend/script", HttpStatusCode.BadGateway),
            ("proof", HttpStatusCode.Conflict), ("streams/cut", HttpStatusCode.OK),
        ];
        foreach (var (button, status) in answers)
        {
            using var response = await PressAsync(web, button, "Sec-Fetch-Site", "same-origin");
            Assert.Equal(status, response.StatusCode);
        }
    }

    [Fact]
    public async Task ThePaceOfAReplicaThatPollsIsPassedOn()
    {
        const string pace = """
            {"pipelines":12,"slow":9,"absent":1,"failing":0,"requestsPerSecond":0.7,"plainRequestsPerSecond":6,"stretch":1.1,"isBackendDown":true,
            "requests":40,"reads":300,"slowest":[{"pipelineId":"a","intervalMs":30000}]}
            """;
        await using var api = await FakeStatusService.Start();
        api.ControlState = State(pace);
        await using var web = WebUnderTest.InFrontOf(api.Url, ("environment", "Development"), ("Control:Enabled", "true"), ("PipelineBackend:BaseUrl", Bounds.DeadAddress()));
        using var browser = web.Browser();
        var seen = (await browser.GetFromJsonAsync<JsonElement>("/demo/api/state")).GetProperty("replicas")[0].GetProperty("state").GetProperty("pace");

        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(pace).RootElement, seen), seen.GetRawText());
    }

    [Theory]
    [InlineData("null")]
    [InlineData(null)]
    public async Task AReplicaWithoutAPaceIsShownAllTheSame(string? pace)
    {
        await using var api = await FakeStatusService.Start();
        api.ControlState = State(pace);
        await using var web = WebUnderTest.InFrontOf(api.Url, ("environment", "Development"), ("Control:Enabled", "true"), ("PipelineBackend:BaseUrl", Bounds.DeadAddress()));
        using var browser = web.Browser();
        var state = (await browser.GetFromJsonAsync<JsonElement>("/demo/api/state")).GetProperty("replicas")[0].GetProperty("state");

        Assert.Equal("one", state.GetProperty("instance").GetString());
        Assert.Equal(JsonValueKind.Null, state.GetProperty("pace").ValueKind);
    }

    [Fact]
    public async Task ThePageHasAPanelForWhatTheBackendPays()
    {
        await using var web = Demos();
        var page = await PageAsync(web, "/demo");

        Assert.Contains("<h3 id=\"bill\">What the backend pays</h3>", page, StringComparison.Ordinal);
        string[] figures = ["requests", "reads", "plain", "saved", "without-hub", "down", "stretch", "pace", "lanes", "more"];
        Assert.All(figures, figure => Assert.Contains($"data-bill-{figure}", page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("streams/hang")]
    [InlineData("streams/swallow?seconds=0")]
    [InlineData("streams/refuse?seconds=121")]
    [InlineData("streams/swallow?seconds=soon")]
    public async Task ATimeThatMakesNoSenseIsRefused(string button)
    {
        await using var web = Demos();
        using var response = await PressAsync(web, button, "Sec-Fetch-Site", "same-origin");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task ABackendAddressThatIsNoneStopsTheStart()
    {
        var stopped = Assert.Throws<OptionsValidationException>(() => Demos("backend").Dispose());
        Assert.Contains("PipelineBackend:BaseUrl", stopped.Message, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task RefusedStreamsAreCutAndTakenAgainWhenAllowed()
    {
        await using var api = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(api.Url, ("environment", "Development"), ("Control:Enabled", "true"));
        await using var stream = await EventStreamReader.Open(web.Address);
        using (await PressAsync(web, "streams/refuse?seconds=60", "Sec-Fetch-Site", "same-origin"))
        {
            await stream.End();
            await using var refused = await EventStreamReader.Open(web.Address);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Response.StatusCode);
        }

        using (await PressAsync(web, "streams/allow", "Sec-Fetch-Site", "same-origin"))
        {
            await using var taken = await EventStreamReader.Open(web.Address);
            Assert.Equal(HttpStatusCode.OK, taken.Response.StatusCode);
        }
    }

    [Fact]
    public async Task SwallowedBytesComeWhenTheGateOpens()
    {
        await using var api = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(api.Url, ("environment", "Development"), ("Control:Enabled", "true"));
        await using var stream = await EventStreamReader.Open(web.Address);
        var source = await api.NextStream();
        source.Update(2, "orders", "active");
        await stream.Until("\"status\":\"active\"");

        using (await PressAsync(web, "streams/swallow?seconds=60", "Sec-Fetch-Site", "same-origin"))
        {
            source.Update(3, "orders", "paused");
            var next = stream.Until("paused");
            using var browser = web.Browser();
            await browser.GetStringAsync("/demo/api/state"); // other requests pass meanwhile
            Assert.False(next.IsCompleted);

            using (await PressAsync(web, "streams/allow", "Sec-Fetch-Site", "same-origin")) await next;
        }
    }

    [Fact]
    public async Task TheStreamsThatAreCutAreTheBrowsers()
    {
        await using var api = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(api.Url, ("environment", "Development"), ("Control:Enabled", "true"));
        await using var stream = await EventStreamReader.Open(web.Address);

        using var cut = await PressAsync(web, "streams/cut", "Sec-Fetch-Site", "same-origin");

        Assert.Equal(1, (await cut.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("streams").GetInt32());
        await stream.End();
    }

    private static WebUnderTest Demos(string? backend = null) => WebUnderTest.InFrontOf(Bounds.DeadAddress(),
        ("environment", "Development"), ("Control:Enabled", "true"), ("FeatureManagement:UseSseStatus", "true"), ("PipelineBackend:BaseUrl", backend ?? Bounds.DeadAddress()));

    private static string State(string? pace) =>
        """{"instance":"one","polling":true,"sharing":"alone","epoch":null,"sequence":0,"streams":1,"pipelines":12,"reads":300,"uptimeMs":9,"intervalMs":2000"""
        + (pace is null ? "}" : $",\"pace\":{pace}}}");

    private static async Task<string> PageAsync(WebUnderTest web, string path)
    {
        using var browser = web.Browser();
        return await browser.GetStringAsync(path);
    }

    private static async Task<HttpResponseMessage> PressAsync(WebUnderTest web, string button, string? header, string? value)
    {
        using var browser = web.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/demo/api/{button}");
        if (header is not null) request.Headers.TryAddWithoutValidation(header, value);
        return await browser.SendAsync(request);
    }
}
