using System.Net;
using System.Net.Http.Headers;
using System.Text;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Requests;

public class NotifyTests
{
    [Fact]
    public async Task AChangeIsSeenAtOnceHoweverLongTheInterval()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:PollInterval", "01:00:00"));
        using var client = await api.StreamAsync("a");
        await client.NextAsync();
        api.Backend.Says("a", "Paused");

        Assert.Equal(HttpStatusCode.Accepted, await NotifyAsync(api, """{"pipelineIds":["a","stranger"]}"""));
        Assert.Equal("a active->paused", await client.NextTextAsync());
        Assert.Equal(0, api.Backend.ReadsOf("stranger"));
    }

    [Fact]
    public async Task AFloodOfCallsCostsAtMostFourReadsASecond()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:PollInterval", "01:00:00"));
        using var client = await api.StreamAsync("a");
        await client.NextAsync();
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        for (var i = 0; i < 200; i++) Assert.Equal(HttpStatusCode.Accepted, await NotifyAsync(api, """{"pipelineIds":["a","a"]}"""));
        var seconds = clock.GetElapsedTime(start).TotalSeconds;

        Assert.InRange(api.Backend.ReadsOf("a"), 1, 2 + (int)(seconds / 0.25));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"pipelineIds":null}""")]
    [InlineData("""{"pipelineIds":[]}""")]
    [InlineData("""{"pipelineIds":"a"}""")]
    [InlineData("""{"pipelineIds":[null]}""")]
    [InlineData("""{"pipelineIds":["a/b"]}""")]
    [InlineData("""{"pipelineIds":["a"]""")]
    public async Task NonsenseIsRefused(string body)
    {
        await using var api = await RunningApi.StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, await NotifyAsync(api, body));
    }

    [Fact]
    public async Task ABodyBeyondTheLimitIsTooLarge()
    {
        await using var api = await RunningApi.StartAsync();

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await NotifyAsync(api, $$"""{"pipelineIds":["a"],"x":"{{new string('x', 1024 * 1024)}}"}"""));
        Assert.Equal(HttpStatusCode.Accepted, await NotifyAsync(api, """{"pipelineIds":["a"]}"""));
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("Bearer wrong", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer key-12", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer", HttpStatusCode.Unauthorized)]
    [InlineData("Basic key-1", HttpStatusCode.Unauthorized)]
    [InlineData("key-1", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer key-1", HttpStatusCode.Accepted)]
    [InlineData("bearer key-1", HttpStatusCode.Accepted)]
    public async Task WithAKeyOnlyThoseWhoKnowItMayNotify(string? authorization, HttpStatusCode expected)
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:NotifyKey", "key-1"));

        Assert.Equal(expected, await NotifyAsync(api, """{"pipelineIds":["a"]}""", authorization));
    }

    [Fact]
    public async Task TheContentTypeDoesNotMatter()
    {
        await using var api = await RunningApi.StartAsync();
        using var content = new ByteArrayContent("""{"pipelineIds":["a"]}"""u8.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        using var response = await api.Http.PostAsync(new Uri("/ui-api/pipeline/notify", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", null)]
    [InlineData("Sec-Fetch-Site", "same-site", null)]
    [InlineData("Origin", "https://evil.example", null)]
    [InlineData("Origin", "null", null)]
    [InlineData("Sec-Fetch-Site", "cross-site", "key-1")]
    public async Task APageOfAnotherSiteNotifiesNobody(string header, string value, string? key)
    {
        (string, string)[] settings = key is null ? [] : [("StatusStream:NotifyKey", key)];
        await using var api = await RunningApi.StartAsync(settings);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ui-api/pipeline/notify")
        {
            Content = new StringContent("""{"pipelineIds":["a"]}""", Encoding.UTF8, "text/plain"),
        };
        request.Headers.Add(header, value);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await api.Http.SendAsync(request);

        Assert.Contains("another site", await response.ProblemAsync(HttpStatusCode.Forbidden), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dashboard.example", null)]
    [InlineData("replica-1:5100", "dashboard.example")]
    public async Task APageOfThisSiteMayNotifyAlsoBehindAProxyThatChangesTheHost(string host, string? forwarded)
    {
        await using var api = await RunningApi.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ui-api/pipeline/notify")
        {
            Content = new StringContent("""{"pipelineIds":["a"]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Host = host;
        request.Headers.Add("Origin", "https://dashboard.example");
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        if (forwarded is not null) request.Headers.Add("X-Forwarded-Host", forwarded);
        using var response = await api.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    private static async Task<HttpStatusCode> NotifyAsync(RunningApi api, string body, string? authorization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ui-api/pipeline/notify")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await api.Http.SendAsync(request);
        return response.StatusCode;
    }
}
