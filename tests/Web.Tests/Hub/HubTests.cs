using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace PipelineAspire.Web.Tests.Hub;

/// <summary>Web's streams are its own hub's, whose source is the status service.</summary>
public sealed class HubTests
{
    private const string Stream = "/ui-api/pipeline/status/stream?pipelineIds=a";

    [Fact]
    public async Task FiveHundredIdsOf36CharactersAreTaken()
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress());

        await using var reader = await EventStreamReader.Open(web.Address, string.Join(',', Enumerable.Range(0, 500).Select(index => $"{index:D36}")));

        Assert.Equal(HttpStatusCode.OK, reader.Response.StatusCode);
    }

    [Fact]
    public async Task ARequestLineOf128KilobytesIsTaken()
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress());
        const string Start = "GET /ui-api/pipeline/status/stream?pipelineIds=";
        const string End = "orders HTTP/1.1\r\n";

        await using var reader = await EventStreamReader.Open(web.Address, new string(',', (128 * 1024) - Start.Length - End.Length) + "orders");

        Assert.Equal(HttpStatusCode.OK, reader.Response.StatusCode);
    }

    [Fact]
    public async Task EventsReachTheBrowserWithTheIdsThatTheyCameWith()
    {
        await using var service = await FakeStatusService.Start();
        service.Pipelines["orders"] = ("Orders", "active");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        await using var reader = await EventStreamReader.Open(web.Address);
        var first = await reader.Until("}]}\n\n");
        Assert.Contains($"id: {FakeStream.Epoch}-1\n", first, StringComparison.Ordinal);
        Assert.Contains("""{"pipelineId":"orders","status":"active"}""", first, StringComparison.Ordinal);

        (await service.NextStream()).Update(2, "orders", "paused");

        var second = await reader.Until("}\n\n");
        Assert.Contains($"id: {FakeStream.Epoch}-2\n", second, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"paused\",\"previousStatus\":\"active\"", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllBrowsersShareOneStreamWhichEndsWithTheLastOfThem()
    {
        await using var service = await FakeStatusService.Start();
        service.Pipelines["orders"] = ("Orders", "active");
        await using var web = WebUnderTest.InFrontOf(service.Url);
        var readers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => EventStreamReader.Open(web.Address)));

        foreach (var reader in readers) await reader.Until("\"status\":\"active\"");

        Assert.Single(service.Streams);
        foreach (var reader in readers) await reader.DisposeAsync();
        await service.Streams.First().Abandoned.Task.WaitAsync(Bounds.Patience);
    }

    [Fact]
    public async Task HeadersOfAStreamComeBeforeItsFirstEvent()
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress());

        await using var reader = await EventStreamReader.Open(web.Address);

        Assert.Equal("text/event-stream", reader.Response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-cache, no-transform", reader.Response.Headers.NonValidated["Cache-Control"].ToString());
        Assert.Equal(["no"], reader.Response.Headers.GetValues("X-Accel-Buffering"));
        Assert.Empty(reader.Response.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task AStreamIsToldSoonThatTheStatusServiceIsNotThere()
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress(), ("StatusStream:RequestTimeout", "00:00:00.5"));

        await using var reader = await EventStreamReader.Open(web.Address);

        await reader.Until("polling_stalled").WaitAsync(TimeSpan.FromSeconds(5)); // the bound is 10.5 s
    }

    [Fact]
    public async Task WhatAHubRefusesIsRefusedInProblemDetails()
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress());
        using var browser = web.Browser();

        using var head = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Head, Stream));
        using var delete = await browser.DeleteAsync("/ui-api/pipeline");
        using var xml = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Get, Stream) { Headers = { { "Accept", "application/xml" } } });
        using var list = await browser.GetAsync("/ui-api/pipeline");
        using var missing = await browser.GetAsync("/ui-api/nothing");

        Assert.Equal((HttpStatusCode.MethodNotAllowed, HttpStatusCode.MethodNotAllowed), (head.StatusCode, delete.StatusCode));
        Assert.Equal(["GET"], delete.Content.Headers.Allow);
        Assert.Equal(HttpStatusCode.NotAcceptable, xml.StatusCode);
        Assert.Equal(HttpStatusCode.BadGateway, list.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.All([delete, xml, list, missing], answer => Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task NotificationsArePassedOnWithTheKeyAlone()
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url, ("StatusStream:NotifyKey", "open-sesame"));
        using var browser = web.Browser();

        using var refused = await NotifyAsync(browser);
        browser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "open-sesame");
        using var notified = await NotifyAsync(browser);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, notified.StatusCode);
        Assert.Equal(1, service.Counts["/ui-api/pipeline/notify"]);
    }

    [Fact]
    public async Task WithoutAKeyOfItsOwnWebHasNoNotify()
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();

        using var refused = await NotifyAsync(browser);

        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.False(service.Counts.ContainsKey("/ui-api/pipeline/notify"));
    }

    [Fact]
    public async Task APathInTheBaseUrlIsKept()
    {
        await using var service = await FakeStatusService.Start("/behind/a/gateway");
        service.Pipelines["orders"] = ("Orders", "active");
        await using var web = WebUnderTest.InFrontOf(service.Url + "/behind/a/gateway");
        using var browser = web.Browser();

        Assert.Contains("\"orders\"", await browser.GetStringAsync("/ui-api/pipeline/status?pipelineIds=orders"), StringComparison.Ordinal);
        Assert.Contains("data-pipeline-id=\"orders\"", await browser.GetStringAsync("/"), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> NotifyAsync(HttpClient browser) =>
        browser.PostAsync("/ui-api/pipeline/notify", JsonContent.Create(new { pipelineIds = new[] { "a" } }));
}
