using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace PipelineAspire.Web.Tests;

public sealed class ProxyTests
{
    [Fact]
    public async Task FiveHundredIdsOf36CharactersReachTheStatusService()
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url);
        var ids = Enumerable.Range(0, 500).Select(index => $"{index:D36}").ToList();

        await using var reader = await EventStreamReader.Open(web.Address, string.Join(',', ids));

        Assert.Equal(HttpStatusCode.OK, reader.Response.StatusCode);
        Assert.Equal(ids, (await service.NextStream()).Ids);
    }

    [Fact]
    public async Task ARequestLineOf128KilobytesReachesTheStatusService()
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url);
        const string Start = "GET /ui-api/pipeline/status/stream?pipelineIds=";
        const string End = " HTTP/1.1\r\n";
        var id = new string('x', (128 * 1024) - Start.Length - End.Length);

        await using var reader = await EventStreamReader.Open(web.Address, id);

        Assert.Equal(HttpStatusCode.OK, reader.Response.StatusCode);
        Assert.Equal([id], (await service.NextStream()).Ids);
    }

    [Fact]
    public async Task EventsReachTheBrowserOneByOne()
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url);
        await using var reader = await EventStreamReader.Open(web.Address);
        var stream = await service.NextStream();

        foreach (var text in (string[])["retry: 1000\n\n", "event: heartbeat\ndata: {}\n\n", "event: heartbeat\ndata: {\"ü\":1}\n\n"])
        {
            stream.Say(text);
            Assert.Equal(text, await reader.Next());
        }

        stream.End();
        Assert.Equal("", await reader.Next());
    }

    [Fact]
    public async Task HeadersOfAStreamComeBeforeItsFirstEventAndAreKept()
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url);

        await using var reader = await EventStreamReader.Open(web.Address);

        Assert.Equal("text/event-stream", reader.Response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-cache, no-transform", reader.Response.Headers.NonValidated["Cache-Control"].ToString());
        Assert.Equal(["no"], reader.Response.Headers.GetValues("X-Accel-Buffering"));
        Assert.Empty(reader.Response.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task WhenTheBrowserLeavesTheStatusServiceIsTold()
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url);
        var reader = await EventStreamReader.Open(web.Address);
        var stream = await service.NextStream();

        await reader.DisposeAsync();

        await stream.Abandoned.Task.WaitAsync(Bounds.Patience);
    }

    [Fact]
    public async Task AServiceThatIsNotThereIs503WithRetryAfter()
    {
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress());
        using var browser = web.Browser();

        using var response = await browser.GetAsync("/ui-api/pipeline/status?pipelineIds=orders");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(2, response.Headers.RetryAfter?.Delta?.TotalSeconds);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains("No replica", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusalsOfTheStatusServicePassThrough()
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();
        const string Stream = "/ui-api/pipeline/status/stream?pipelineIds=a";

        using var head = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Head, Stream));
        using var post = await browser.PostAsync(Stream, null);
        using var xml = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Get, Stream) { Headers = { { "Accept", "application/xml" } } });
        using var missing = await browser.GetAsync("/ui-api/pipeline/nope/health");
        using var notified = await browser.PostAsync("/ui-api/pipeline/notify", JsonContent.Create(new { pipelineIds = new[] { "a" } }));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, head.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(HttpStatusCode.NotAcceptable, xml.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal("application/problem+json", missing.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.Accepted, notified.StatusCode);
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
}
