using System.Net;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming;

/// <summary>What nobody should send: the answer of the contract, and still serving.</summary>
public sealed class BadRequestTests : IAsyncLifetime
{
    private const string Stream = "/ui-api/pipeline/status/stream";

    private RunningApi _api = null!;

    public static TheoryData<string> Malformed =>
        [
            ".", "..", "a/b", "%2e%2e", "..%2F..%2Fcontrol", "a%5Cb", "a%00b", "a%0D%0Ab", "%FF%FE", "%C3%A4", "a%20b",
            "a;b", "a%3Fb", "a%23b", "%25", new string('a', 129),
        ];

    public async Task InitializeAsync() => _api = await RunningApi.StartAsync();

    public async Task DisposeAsync()
    {
        using (var client = await _api.StreamAsync("still-serving")) Assert.Equal("batch still-serving=active", await client.NextTextAsync());
        Assert.DoesNotContain(_api.Backend.Paths, path => path != "/pipeline/still-serving/health" && path != "/pipeline/a/health");
        await _api.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task AMalformedIdIsRefusedByNameAndReachesNoBackend(string id)
    {
        using var response = await _api.GetAsync($"{Stream}?pipelineIds=a,{id}");
        var detail = await response.ProblemAsync(HttpStatusCode.BadRequest);

        Assert.Contains(
            $"'{Uri.UnescapeDataString(id)[..Math.Min(3, Uri.UnescapeDataString(id).Length)]}",
            detail.Replace("\uFFFD\uFFFD", Uri.UnescapeDataString("%FF%FE"), StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?pipelineIds=")]
    [InlineData("?pipelineIds=,%20,")]
    [InlineData("?ids=a")]
    public async Task NoIdAtAllIsRefused(string query)
    {
        using var response = await _api.GetAsync(Stream + query);

        Assert.Contains("at least one pipeline", await response.ProblemAsync(HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FiveHundredAndOneIdsAreTooMany()
    {
        using var response = await _api.GetAsync($"{Stream}?pipelineIds={string.Join(',', Enumerable.Range(0, 501))}");

        Assert.Contains("at most 500", await response.ProblemAsync(HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.Contains("\"maxPipelines\":500", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task AnotherMethodIsNotAllowed(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{Stream}?pipelineIds=a");
        using var response = await _api.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("GET", string.Join(", ", response.Content.Headers.Allow));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/html, application/xhtml+xml")]
    [InlineData("text/event-stream;q=0, */*")]
    [InlineData("text/*;q=0, */*")]
    public async Task AnAcceptHeaderThatExcludesEventStreamsIsNotAcceptable(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Stream}?pipelineIds=a");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _api.Http.SendAsync(request);

        await response.ProblemAsync(HttpStatusCode.NotAcceptable);
    }

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("TEXT/Event-Stream; charset=utf-8")]
    [InlineData("text/*")]
    [InlineData("*/*")]
    [InlineData("text/html, */*;q=0.1")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task AnyOtherAcceptHeaderIsFine(string accept) =>
        Assert.Equal(200, await RawConnection.StatusCodeAsync(_api.Url.Port, "GET", $"{Stream}?pipelineIds=a", $"Accept: {accept}\r\n"));

    [Theory]
    [InlineData("/ui-api/pipeline/status/stream\0?pipelineIds=a")]
    [InlineData("/ui-api/pipeline/status/stream%00?pipelineIds=a")]
    [InlineData("/ui-api/pipeline/status/stream?pipelineIds=\u00ff")]
    [InlineData("/ui-api/pipeline/status/stream?pipelineIds=a b")]
    [InlineData("ui-api/pipeline/status/stream?pipelineIds=a")]
    public async Task WhatTheServerItselfRefusesIsABadRequest(string target) =>
        Assert.Equal(400, await RawConnection.StatusCodeAsync(_api.Url.Port, "GET", target));

    [Theory]
    [InlineData("/ui-api/pipeline/../../control/stats", 404)]
    [InlineData("/ui-api/pipeline/%2e%2e/health", 404)]
    [InlineData("/ui-api/pipeline/..%2fx/health", 400)]
    [InlineData("/ui-api/pipeline/a%0d%0ab/health", 400)]
    [InlineData("/ui-api/pipeline/%00/health", 400)]
    [InlineData("/ui-api/nothing", 404)]
    public async Task APathThatTriesToClimbReachesNothing(string target, int statusCode) =>
        Assert.Equal(statusCode, await RawConnection.StatusCodeAsync(_api.Url.Port, "GET", target));

    [Fact]
    public async Task OversizedHeadersAreRefused() =>
        Assert.Equal(431, await RawConnection.StatusCodeAsync(_api.Url.Port, "GET", $"{Stream}?pipelineIds=a", $"X-Large: {new string('x', 40_000)}\r\n"));

    [Fact]
    public async Task ARequestLineBeyondTheLimitIsRefused() =>
        Assert.Equal(414, await RawConnection.StatusCodeAsync(_api.Url.Port, "GET", $"{Stream}?pipelineIds={new string('a', 200_000)}"));
}
