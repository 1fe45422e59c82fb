using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming;

/// <summary>The stream over real connections: CONTRACT section 2.</summary>
public abstract class StreamEndpointTests(bool isDirect, bool isCompressed = false)
{
    [Fact]
    public async Task HeadersAndRetryComeAtOnceWhileTheBackendHangs()
    {
        await using var api = await StartAsync(("StatusStream:RequestTimeout", "00:05:00"));
        api.Backend.Answers("a", api.Backend.HangAsync);

        // The head and the preamble are awaited by the client itself; the batch is five minutes away.
        using var client = await api.StreamAsync("a");

        Assert.Contains("\r\nContent-Type: text/event-stream\r\n", client.Head, StringComparison.Ordinal);
        Assert.Contains("\r\nCache-Control: no-cache, no-transform\r\n", client.Head, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Accel-Buffering: no\r\n", client.Head, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: keep-alive\r\n", client.Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFirstBatchIsEmptyWhenTheBackendSaysNothingInTime()
    {
        await using var api = await StartAsync(("StatusStream:RequestTimeout", "00:00:00.200"));
        api.Backend.Answers("a", api.Backend.HangAsync);
        using var client = await api.StreamAsync("a");

        var batch = await client.NextAsync();
        Assert.Equal("batch", batch.ToString());
        Assert.Equal("backend_unavailable a", await client.NextTextAsync());
    }

    [Fact]
    public async Task TheFirstBatchHasWhatIsKnownAndChangesFollow()
    {
        await using var api = await StartAsync();
        api.Backend.Says("orders", "Paused");
        using var client = await api.StreamAsync("orders", "billing.v2");

        var batch = await client.NextAsync();
        Assert.Equal("batch billing.v2=active orders=paused", batch.ToString());
        Assert.Matches("^[0-9a-f]{16}-[0-9]+$", batch.Id);

        api.Backend.Says("orders", "Resuming");
        var update = await client.NextAsync();
        Assert.Equal(("orders paused->resuming", "status_update"), (update.ToString(), update.Event));
        Assert.Equal(batch.Id![..16], update.Id![..16]);
        Assert.True(long.Parse(update.Id[17..]) > long.Parse(batch.Id[17..]));
        Assert.InRange(
            DateTimeOffset.FromUnixTimeMilliseconds(update.Data.GetProperty("timestamp").GetInt64()),
            TimeProvider.System.GetUtcNow().AddMinutes(-1),
            TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task FieldsComeToTheStreamThatAsksForThem()
    {
        await using var api = await StartAsync(("PipelineBackend:Fields:0", "lag"), ("PipelineBackend:Fields:1", "metrics.rows"));
        api.Backend.Answers("a", KestrelBackend.Json("""{"overall_status":"Running","lag":0.50,"metrics":{"rows":[ 1, 2 ]}}"""));
        using var other = await api.StreamAsync("a");
        Assert.Equal("""[{"pipelineId":"a","status":"active"}]""", Raw(await other.NextAsync(), "updates"));
        using var asks = await SseClient.OpenAsync(api.Url.Port, "a&fields=1");
        Assert.Equal(
            """[{"pipelineId":"a","status":"active","fields":{"lag":0.50,"metrics.rows":[1,2]}}]""", Raw(await asks.NextAsync(), "updates"));

        api.Backend.Answers("a", KestrelBackend.Json("""{"overall_status":"Running","lag":0.75,"metrics":{"rows":[1,2]}}"""));
        var moved = await asks.NextAsync();
        Assert.Equal(("fields_update", """{"lag":0.75}"""), (moved.Event, Raw(moved, "fields")));
        Assert.NotNull(moved.Id);

        api.Backend.Answers("a", KestrelBackend.Json("""{"overall_status":"Paused","lag":0.75}"""));
        var changed = await asks.NextAsync();
        Assert.Equal(("a active->paused", """{"metrics.rows":null}"""), (changed.ToString(), Raw(changed, "fields")));
        var told = await other.NextAsync();
        Assert.Equal("a active->paused", told.ToString());
        Assert.False(told.Data.TryGetProperty("fields", out _));

        static string Raw(SseEvent told, string name) => told.Data.GetProperty(name).GetRawText();
    }

    [Fact]
    public async Task IdsAreTrimmedAndDuplicatesAndEmptiesDropped()
    {
        await using var api = await StartAsync();
        using var client = await SseClient.OpenAsync(api.Url.Port, "%20a,,b%20,a,&pipelineIds=c,b");

        Assert.Equal("batch a=active b=active c=active", await client.NextTextAsync());
    }

    [Fact]
    public async Task AnUnknownBackendValueIsUnknown()
    {
        await using var api = await StartAsync();
        api.Backend.Says("a", "Hibernating");
        using var client = await api.StreamAsync("a");

        Assert.Equal("batch a=unknown", await client.NextTextAsync());
    }

    [Fact]
    public async Task AHeartbeatComesEveryInterval()
    {
        await using var api = await StartAsync(("StatusStream:HeartbeatInterval", "00:00:00.100"));
        using var client = await api.StreamAsync("a");
        await client.NextAsync();

        for (var i = 0; i < 3; i++) Assert.Equal("heartbeat", (await client.NextAsync()).Event);
    }

    [Fact]
    public async Task AnEpisodeOfErrorsIsToldOnceAndEndsWithABatch()
    {
        await using var api = await StartAsync();
        using var client = await api.StreamAsync("bad", "good");
        await client.NextAsync();
        api.Backend.Answers("bad", KestrelBackend.Code(500));
        Assert.Equal("backend_unavailable bad", await client.NextTextAsync());

        // Well into the episode it fails otherwise; a later stream hears of it right after its batch, with the last status.
        api.Backend.Answers("bad", KestrelBackend.Json("<html>"));
        var reads = api.Backend.ReadsOf("bad");
        await Patience.UntilAsync(() => api.Backend.ReadsOf("bad") > reads + 3, "reads go on during the episode");
        using var later = await api.StreamAsync("bad");
        Assert.Equal("batch bad=active", await later.NextTextAsync());
        Assert.Equal("backend_unavailable bad", await later.NextTextAsync());

        api.Backend.Says("bad", "Running");
        Assert.Equal("batch bad=active", await client.NextTextAsync());
        Assert.Equal("batch bad=active", await later.NextTextAsync());
        api.Backend.Says("good", "Paused");
        Assert.Equal("good active->paused", await client.NextTextAsync());
    }

    [Fact]
    public async Task APipelineThatIsNotThereIsToldWhenItIsCreated()
    {
        await using var api = await StartAsync();
        api.Backend.Answers("a", KestrelBackend.Code(404));
        using var client = await api.StreamAsync("a", "b");
        Assert.Equal("batch b=active", await client.NextTextAsync());
        Assert.Equal("pipeline_not_found a", await client.NextTextAsync());

        api.Backend.Says("a", "Created");
        Assert.Equal("a ->starting", await client.NextTextAsync());
        Assert.Equal("batch a=starting", await client.NextTextAsync());
    }

    [Fact]
    public async Task ErrorsMayHaveAnotherEventNameAndKeepTheirType()
    {
        await using var api = await StartAsync(("StatusStream:ErrorEventName", "status_error"));
        api.Backend.Answers("a", KestrelBackend.Code(404));
        using var client = await api.StreamAsync("a");
        await client.NextAsync();

        var error = await client.NextAsync();
        Assert.Equal(("status_error", "error"), (error.Event, error.Text("type")));
    }

    [Theory]
    [InlineData("Last-Event-ID: nonsense\r\n")]
    [InlineData("Last-Event-ID: ffffffffffffffff-9223372036854775807\r\n")]
    [InlineData("Last-Event-ID: -1\r\n")]
    [InlineData("Last-Event-ID:\r\n")]
    public async Task ASenselessLastEventIdIsIgnored(string header)
    {
        await using var api = await StartAsync();
        using var client = await SseClient.OpenAsync(api.Url.Port, "a&lastEventId=%00%FF", header);

        Assert.Equal("batch a=active", await client.NextTextAsync());
    }

    [Fact]
    public async Task AReconnectNeverGoesBackBehindItsLastEventId()
    {
        await using var api = await StartAsync();
        string[] statuses = ["Paused", "Running", "Stopped", "Failed"];
        var id = "";
        for (var i = 0; i < 20; i++)
        {
            using var client = await SseClient.OpenAsync(api.Url.Port, "a", id.Length == 0 ? "" : $"Last-Event-ID: {id}\r\n");
            var batch = await client.NextAsync();
            if (id.Length > 0) Assert.True(long.Parse(batch.Id![17..]) >= long.Parse(id[17..]));
            api.Backend.Says("a", statuses[i % 4]);
            id = (await client.NextAsync()).Id!;
        }
    }

    [Fact]
    public async Task FiveHundredLongIdsFitIntoOneRequestLine()
    {
        await using var api = await StartAsync(("StatusStream:RequestTimeout", "00:00:10"));
        var ids = Enumerable.Range(0, 500).Select(i => $"{i:d4}{new string('x', 124)}").ToArray();
        using var client = await api.StreamAsync(ids);

        Assert.Equal(500, (await client.NextAsync()).Data.GetProperty("updates").GetArrayLength());
    }

    [Fact]
    public async Task ARequestLineOf128KilobytesIsAccepted()
    {
        await using var api = await StartAsync();
        const string Path = "/ui-api/pipeline/status/stream?pipelineIds=a&padding=";
        var target = Path + new string('x', (128 * 1024) - Path.Length - "GET  HTTP/1.1\r\n".Length);
        using var client = await SseClient.OpenTargetAsync(api.Url.Port, target);

        Assert.Equal("batch a=active", await client.NextTextAsync());
    }

    [Fact]
    public async Task AFullReplicaSaysWhenToComeBackAndTakesTheNextWhenOneLeaves()
    {
        await using var api = await StartAsync(("StatusStream:MaxStreams", "1"));
        var first = await api.StreamAsync("a");
        using var refused = await api.GetAsync("/ui-api/pipeline/status/stream?pipelineIds=a");

        Assert.Contains("as many streams as it may", await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
        Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);

        first.Dispose();
        await Patience.UntilAsync(() => api.Streams.Count == 0, "the first stream leaves");
        using var next = await OpenWhenThereIsRoomAsync(api);
        Assert.Contains("\"status\":\"active\"", await next.ReceiveUntilAsync("]}\n\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClientsThatVanishLeaveNothingBehind(bool byReset)
    {
        await using var api = await StartAsync();
        var connections = new List<RawConnection>();
        for (var i = 0; i < 20; i++)
            connections.Add(
                await RawConnection.SendAsync(api.Url.Port, $"GET /ui-api/pipeline/status/stream?pipelineIds=p{i},shared HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        await Patience.UntilAsync(() => api.Streams.Count == 20, "all streams are open");
        Assert.Equal(21, api.WatchList.Current().Count);

        foreach (var connection in connections)
        {
            if (byReset) connection.Reset();
            else connection.Dispose();
        }

        await Patience.UntilAsync(() => api.Streams.Count == 0, "all streams are over");
        await Patience.UntilAsync(() => api.WatchList.Current().Count == 0, "nothing is watched");
        var broadcaster = api.App.Services.GetRequiredService<StatusBroadcaster>();
        await Patience.UntilAsync(() => broadcaster.OldestReadAge() is null, "everything is forgotten");
        var reads = api.Backend.TotalReads;
        using var later = await api.StreamAsync("other");
        await later.NextAsync();
        await Patience.UntilAsync(() => api.Backend.ReadsOf("other") >= 4, "the loop goes on");
        Assert.Equal(reads + api.Backend.ReadsOf("other"), api.Backend.TotalReads);
    }

    [Fact]
    public async Task ClientsThatLeaveWhileTheyStillWaitForTheirBatchLeaveNothingBehind()
    {
        await using var api = await StartAsync(("StatusStream:RequestTimeout", "00:01:00"));
        api.Backend.Otherwise = api.Backend.HangAsync;
        var clients = new List<SseClient>();
        for (var i = 0; i < 10; i++) clients.Add(await api.StreamAsync("a"));
        await Patience.UntilAsync(() => api.Streams.Count == 10, "all streams are open");
        foreach (var client in clients) client.Dispose();

        await Patience.UntilAsync(() => api.Streams.Count == 0, "all streams are over");
    }

    private static async Task<RawConnection> OpenWhenThereIsRoomAsync(RunningApi api)
    {
        // The place is given back a moment after the stream has left the registry.
        while (true)
        {
            var connection = await RawConnection.SendAsync(
                api.Url.Port, "GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: localhost\r\n\r\n");
            if (!(await connection.ReceiveUntilAsync("\r\n")).Contains(" 503 ", StringComparison.Ordinal)) return connection;
            connection.Dispose();
        }
    }

    private async Task<RunningApi> StartAsync(params (string Name, string Value)[] settings)
    {
        var api = await RunningApi.StartAsync([("StatusStream:DirectStreams", isDirect ? "true" : "false"), ("StatusStream:Compression", "All"), .. settings]);
        if (isCompressed) api.StreamHeaders = "Accept-Encoding: gzip\r\n";
        return api;
    }
}

/// <summary>Streams straight to their sockets.</summary>
public sealed class DirectStreamTests() : StreamEndpointTests(isDirect: true);

/// <summary>Streams through the HTTP stack.</summary>
public sealed class PipedStreamTests() : StreamEndpointTests(isDirect: false);

/// <summary>Compressed streams straight to their sockets.</summary>
public sealed class DirectCompressedStreamTests() : StreamEndpointTests(isDirect: true, isCompressed: true);

/// <summary>Compressed streams through the HTTP stack.</summary>
public sealed class PipedCompressedStreamTests() : StreamEndpointTests(isDirect: false, isCompressed: true);
