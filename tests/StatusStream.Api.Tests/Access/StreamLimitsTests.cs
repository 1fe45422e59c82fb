using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Access;

/// <summary>What one client may open and hold: CONTRACT section 7.</summary>
public class StreamLimitsTests
{
    private const string Streams = "StatusStream:Limits:StreamsPerClient";
    private const string Opens = "StatusStream:Limits:OpensPerSecondPerClient";
    private const string Stream = "/ui-api/pipeline/status/stream?pipelineIds=a";

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task AStreamTooManyIsRefusedUntilOneOfTheClientsLeaves(string direct)
    {
        await using var api = await RunningApi.StartAsync((Streams, "2"), ("StatusStream:DirectStreams", direct));
        var first = await api.StreamAsync("a");
        using var second = await api.StreamAsync("a");

        using var refused = await api.GetAsync(Stream);
        Assert.Contains(Streams, await refused.ProblemAsync(HttpStatusCode.TooManyRequests), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter?.Delta);
        await Patience.UntilAsync(() => api.Streams.Count == 2, "both streams run");

        first.Dispose();
        using var next = await OpenWhenThereIsRoomAsync(api);
        Assert.Contains("\"status\":\"active\"", await next.ReceiveUntilAsync("]}\n\n"), StringComparison.Ordinal);
        using var again = await api.GetAsync(Stream);
        Assert.Equal(HttpStatusCode.TooManyRequests, again.StatusCode);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task StreamsThatComeAndGoAreNoStreamsTooMany(string direct)
    {
        await using var api = await RunningApi.StartAsync((Streams, "1"), ("StatusStream:DirectStreams", direct));
        for (var i = 0; i < 20; i++)
        {
            using var stream = await OpenWhenThereIsRoomAsync(api);
            await stream.ReceiveUntilAsync("]}\n\n");
        }
    }

    [Fact]
    public async Task WhatIsRefusedForAnotherReasonCountsAsNoStream()
    {
        await using var api = await RunningApi.StartAsync((Streams, "1"), ("StatusStream:MaxStreams", "2"));
        for (var i = 0; i < 5; i++)
        {
            using var refused = await api.GetAsync("/ui-api/pipeline/status/stream?pipelineIds=a/b");
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        using var stream = await api.StreamAsync("a");

        // A refusal by the client's limit leaves the replica's own count as it was.
        for (var i = 0; i < 5; i++)
        {
            using var refused = await api.GetAsync(Stream);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        }
    }

    [Fact]
    public async Task ABurstOfOpensIsServedAndThenRefusedForAMoment()
    {
        await using var api = await RunningApi.StartAsync((Opens, "1"));
        var (served, refused) = (0, (HttpResponseMessage?)null);
        while (refused is null)
        {
            var answer = await api.Http.GetAsync(new Uri(Stream, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead).Soon();
            if (answer.StatusCode == HttpStatusCode.TooManyRequests) refused = answer;
            else served++;
            Assert.InRange(served, 0, 100);
        }

        Assert.InRange(served, 4, 100);
        Assert.Contains(Opens, await refused.ProblemAsync(HttpStatusCode.TooManyRequests), StringComparison.Ordinal);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        refused.Dispose();
        (await OpenWhenThereIsRoomAsync(api)).Dispose();
    }

    [Theory]
    [InlineData(Streams, "StreamsPerClient")]
    [InlineData("StatusStream:MaxStreams", "MaxStreams")]
    public async Task WhatIsRefusedIsCountedByItsLimit(string setting, string limit)
    {
        await using var api = await RunningApi.StartAsync((setting, "1"));
        using var counted = new MetricCollector<long>(
            api.App.Services.GetRequiredService<IMeterFactory>(), StatusStreamMetrics.MeterName, "statusstream.refusals");
        using var stream = await api.StreamAsync("a");
        for (var i = 0; i < 3; i++) (await api.GetAsync(Stream)).Dispose();

        Assert.Equal([limit, limit, limit], counted.GetMeasurementSnapshot().Select(measurement => measurement.Tags["limit"]));
    }

    [Fact]
    public async Task PollsAreNoStreams()
    {
        await using var api = await RunningApi.StartAsync((Streams, "1"), (Opens, "1"));
        using var stream = await api.StreamAsync("a");
        for (var i = 0; i < 20; i++)
        {
            using var polled = await api.GetAsync("/ui-api/pipeline/status?pipelineIds=a");
            Assert.Equal(HttpStatusCode.OK, polled.StatusCode);
        }
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task ClientsBehindAKnownProxyCountOneByOne(string direct)
    {
        await using var api = await RunningApi.StartAsync(
            (Streams, "1"), ("ForwardedHeaders:KnownProxies:0", "127.0.0.1"), ("ForwardedHeaders:KnownNetworks:0", "198.51.100.0/24"),
            ("StatusStream:DirectStreams", direct));
        using var ann = await SseClient.OpenAsync(api.Url.Port, "a", "X-Forwarded-For: 192.0.2.7\r\n");
        using var bob = await SseClient.OpenAsync(api.Url.Port, "a", "X-Forwarded-For: 192.0.2.8, 198.51.100.3\r\n");

        Assert.Equal(HttpStatusCode.TooManyRequests, await OpenAsync(api, "192.0.2.7"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await OpenAsync(api, "203.0.113.5, 192.0.2.7")); // what a client says of itself stands first
        Assert.Equal(HttpStatusCode.TooManyRequests, await OpenAsync(api, "192.0.2.8"));
        Assert.Equal(HttpStatusCode.OK, await OpenAsync(api, "192.0.2.9"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("198.51.100.1")]
    public async Task WhoIsNoKnownProxyIsNotBelieved(string? known)
    {
        (string, string)[] proxies = known is null ? [] : [("ForwardedHeaders:KnownProxies:0", known)];
        await using var api = await RunningApi.StartAsync([(Streams, "1"), .. proxies]);
        using var stream = await SseClient.OpenAsync(api.Url.Port, "a", "X-Forwarded-For: 192.0.2.7\r\n");

        Assert.Equal(HttpStatusCode.TooManyRequests, await OpenAsync(api, "192.0.2.8"));
    }

    [Fact]
    public async Task TheSwitchThatWouldBelieveEverybodyBelievesNobody()
    {
        await using var api = await RunningApi.StartAsync((Streams, "1"), ("ForwardedHeaders_Enabled", "true"));
        using var stream = await SseClient.OpenAsync(api.Url.Port, "a", "X-Forwarded-For: 192.0.2.7\r\n");

        Assert.Equal(HttpStatusCode.TooManyRequests, await OpenAsync(api, "192.0.2.8"));
    }

    private static async Task<HttpStatusCode> OpenAsync(RunningApi api, string forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Stream) { Headers = { { "X-Forwarded-For", forwardedFor } } };
        using var answer = await api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
        return answer.StatusCode;
    }

    private static async Task<RawConnection> OpenWhenThereIsRoomAsync(RunningApi api)
    {
        // A stream is given up a moment after its client has left.
        while (true)
        {
            var connection = await RawConnection.SendAsync(api.Url.Port, $"GET {Stream} HTTP/1.1\r\nHost: localhost\r\n\r\n");
            if (!(await connection.ReceiveUntilAsync("\r\n")).Contains(" 429 ", StringComparison.Ordinal)) return connection;
            connection.Dispose();
        }
    }
}
