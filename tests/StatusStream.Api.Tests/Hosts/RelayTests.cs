using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Hosts;

/// <summary>Two and three hubs in a row over HTTP: what is true of a hub is true of one that passes its streams on.</summary>
public class RelayTests
{
    private const string NotifyKey = "key-of-relay-and-hub";

    private const string StreamPath = "/ui-api/pipeline/status/stream";

    [Fact]
    public async Task ThroughTwoRelaysIdsAndStatusesAreTheHubsOwn()
    {
        await using var hub = await RunningApi.StartAsync();
        await using var near = await RelayAsync(hub);
        await using var far = await RelayAsync(near);
        using var straight = await hub.StreamAsync("a", "b");
        using var client = await far.StreamAsync("a", "b");
        Assert.Equal("batch a=active b=active", await straight.NextTextAsync());
        Assert.Equal("batch a=active b=active", await client.NextTextAsync());

        hub.Backend.Says("a", "Paused");

        var (here, there) = (await straight.NextAsync(), await client.NextAsync());
        Assert.Equal("a active->paused", there.ToString());
        Assert.Equal((here.Id, here.Data.GetRawText()), (there.Id, there.Data.GetRawText()));
        Assert.Equal(0, near.Backend.TotalReads + far.Backend.TotalReads);
    }

    [Fact]
    public async Task AClientResumesAnywhereInTheTreeAndIsToldWhatHasChanged()
    {
        await using var hub = await RunningApi.StartAsync();
        await using var relay = await RelayAsync(hub);
        using var keeps = await relay.StreamAsync("a", "b");
        await keeps.NextAsync();
        string? seen;
        using (var straight = await hub.StreamAsync("a", "b"))
        {
            await straight.NextAsync();
            hub.Backend.Says("a", "Paused");
            seen = (await straight.NextAsync()).Id;
        }

        hub.Backend.Says("b", "Stopped");
        await keeps.UntilAsync("b active->stopped");
        var known = Pipelines.KnownPipelinesText.Of("a", "b");
        using var atRelay = await SseClient.OpenTargetAsync(relay.Url.Port, $"{StreamPath}?pipelineIds=a,b&lastEventId={seen}&known={known}");
        var partial = await atRelay.NextAsync();
        Assert.Equal("batch partial b=stopped", partial.ToString());
        using var atHub = await SseClient.OpenTargetAsync(hub.Url.Port, $"{StreamPath}?pipelineIds=a,b&lastEventId={partial.Id}&known={known}");
        Assert.Equal("batch partial", await atHub.NextTextAsync());
        using var full = await SseClient.OpenTargetAsync(relay.Url.Port, $"{StreamPath}?pipelineIds=a,b&lastEventId={partial.Id}&known={Pipelines.KnownPipelinesText.Of("a")}");
        Assert.Equal("batch a=paused b=stopped", await full.NextTextAsync());
    }

    [Fact]
    public async Task AWatchRequestAtTheRelayChangesItsStream()
    {
        await using var hub = await RunningApi.StartAsync();
        hub.Backend.Says("b", "Paused");
        await using var relay = await RelayAsync(hub);
        using var client = await SseClient.OpenTargetAsync(relay.Url.Port, $"{StreamPath}?pipelineIds=a&watch=1");
        await client.NextAsync();
        var handle = await client.HandleAsync();

        using var accepted = await PostAsync(relay, StreamPath + "/watch", $$"""{"stream":"{{handle}}","revision":1,"add":["b"],"remove":["a"]}""");

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal("batch 1 b=paused", await client.NextTextAsync());
        hub.Backend.Says("b", "Stopped");
        Assert.Equal("b paused->stopped", await client.NextTextAsync());
    }

    [Fact]
    public async Task PollsAndDocumentsAreAnsweredAsByTheHub()
    {
        await using var hub = await RunningApi.StartAsync();
        await using var relay = await RelayAsync(hub);

        using var poll = await relay.GetAsync("/ui-api/pipeline/status?pipelineIds=a");
        Assert.Contains("""[{"pipelineId":"a","status":"active"}]""", await poll.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var document = await relay.GetAsync("/ui-api/pipeline/a/health");
        using var original = await hub.GetAsync("/ui-api/pipeline/a/health");
        Assert.Equal(HttpStatusCode.OK, document.StatusCode);
        Assert.Equal(await original.Content.ReadAsStringAsync(), await document.Content.ReadAsStringAsync());
        hub.Backend.Answers("none", KestrelBackend.Code(StatusCodes.Status404NotFound));
        using var missing = await relay.GetAsync("/ui-api/pipeline/none/health");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task TheListIsTheHubsWithItsTagAndItsChangesAreTold()
    {
        await using var hub = await RunningApi.StartAsync();
        hub.Backend.AnswersAt("/pipeline", KestrelBackend.Json("""[{"pipeline_id":"a","overall_status":"Running"}]"""));
        await using var relay = await RelayAsync(hub);
        using var list = await relay.GetAsync("/ui-api/pipeline");
        using var original = await hub.GetAsync("/ui-api/pipeline");
        Assert.Equal(await original.Content.ReadAsStringAsync(), await list.Content.ReadAsStringAsync());
        using var again = new HttpRequestMessage(HttpMethod.Get, "/ui-api/pipeline");
        again.Headers.IfNoneMatch.Add(list.Headers.ETag!);
        using var unchanged = await relay.Http.SendAsync(again).Soon();
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        using var client = await SseClient.OpenTargetAsync(relay.Url.Port, $"{StreamPath}?pipelineIds=a&list=1");
        var before = (await client.UntilAsync("list_changed")).Text("etag");
        hub.Backend.AnswersAt("/pipeline", KestrelBackend.Json("""[{"pipeline_id":"a","overall_status":"Running"},{"pipeline_id":"b","overall_status":"Running"}]"""));
        Assert.NotEqual(before, (await client.UntilAsync("list_changed")).Text("etag"));
    }

    [Fact]
    public async Task ANotificationReachesTheHub()
    {
        await using var hub = await RunningApi.StartAsync(("StatusStream:PollInterval", "00:10:00"));
        await using var relay = await RelayAsync(hub);
        using var client = await relay.StreamAsync("a");
        await client.NextAsync();
        hub.Backend.Says("a", "Paused");

        using var answer = await PostAsync(relay, "/ui-api/pipeline/notify", """{"pipelineIds":["a"]}""");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("a active->paused", await client.NextTextAsync());
    }

    [Theory]
    [InlineData(StatusCodes.Status204NoContent, HttpStatusCode.Accepted)]
    [InlineData(StatusCodes.Status409Conflict, HttpStatusCode.Conflict)]
    [InlineData(StatusCodes.Status503ServiceUnavailable, null)]
    public async Task AnActionIsPassedOnOnceWhateverItsAnswer(int backend, HttpStatusCode? expected)
    {
        const string Action = "/pipeline/a/stop";
        await using var hub = await RunningApi.StartAsync(("PipelineBackend:Actions:stop", "/pipeline/{id}/stop"));
        hub.Backend.AnswersAt(Action, KestrelBackend.Code(backend));
        await using var relay = await RelayAsync([hub, hub]);

        using var answer = await PostAsync(relay, "/ui-api/pipeline/a/stop");
        using var offered = await relay.GetAsync("/ui-api/pipeline/actions");

        if (expected is not null) Assert.Equal(expected, answer.StatusCode);
        Assert.False(answer.IsSuccessStatusCode && backend >= 400);
        Assert.Equal(1, hub.Backend.ReadsAt(Action));
        Assert.Equal("""{"actions":["stop"]}""", await offered.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task AQuestionMarkInAPathStaysInThePath()
    {
        await using var hub = await RunningApi.StartAsync();
        await using var relay = await RelayAsync(hub);

        using var answer = await PostAsync(relay, "/ui-api/pipeline/notify%3Fx=/stop", """{"pipelineIds":["a"]}""");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/ui-api/pipeline/notify")]
    [InlineData("POST", "/ui-api/pipeline/a/stop")]
    [InlineData("GET", "/ui-api/pipeline/actions")]
    public async Task WithoutTheHubWhatOnlyItCanDoIsUnavailable(string method, string path)
    {
        var hub = await RunningApi.StartAsync();
        await using var relay = await RelayAsync(hub);
        await hub.DisposeAsync();
        using var answer = method == "POST" ? await PostAsync(relay, path) : await relay.GetAsync(path);

        await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("/ui-api/pipeline/status/stream")]
    [InlineData("/ui-api/pipeline/a/health")]
    public async Task WhatIsReadAloneIsNoAction(string path)
    {
        await using var relay = await RelayAsync(new Uri("http://127.0.0.1:9"));

        using var answer = await PostAsync(relay, path);

        await answer.ProblemAsync(HttpStatusCode.MethodNotAllowed);
        Assert.Equal(["GET"], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task WithoutTheHubAPollIsToldAtOnceThatNothingIsConfirmed()
    {
        await using var relay = await RunningApi.StartAsync(("StatusStream:Upstream", "http://127.0.0.1:9"), ("StatusStream:RequestTimeout", "00:02:00"));

        using var batch = await relay.GetAsync("/ui-api/pipeline/status?pipelineIds=a");
        using var document = await relay.GetAsync("/ui-api/pipeline/a/health");

        Assert.EndsWith("\"updates\":[]}", await batch.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await document.ProblemAsync(HttpStatusCode.GatewayTimeout);
    }

    [Fact]
    public async Task WhenTheHubIsGoneHealthSaysSoAndStreamsAreToldLongBeforeTheBound()
    {
        var hub = await RunningApi.StartAsync(("StatusStream:RequestTimeout", "00:00:01"));
        await using var relay = await RelayAsync(hub);
        using var client = await relay.StreamAsync("a");
        await client.NextAsync();
        await hub.DisposeAsync();
        Assert.Equal("polling_stalled", await client.NextTextAsync().WaitAsync(TimeSpan.FromSeconds(5)));

        await Patience.UntilAsync(async () => await HealthAsync(relay) is var health
            && health.Contains("Degraded", StringComparison.Ordinal) && health.Contains("upstream", StringComparison.Ordinal), "health tells of the loss");
    }

    [Theory]
    [InlineData("hub")]
    [InlineData("ftp://hub")]
    [InlineData("http://hub/?a=b")]
    [InlineData("http://hub/#a")]
    [InlineData("http://user:s3cr3t@hub/?a=b")]
    [InlineData("ftp://user:s3cr3t@hub")]
    public async Task AnAddressThatMakesNoSenseStopsTheStart(string address)
    {
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => RunningApi.StartAsync(("StatusStream:Upstream", address)));

        Assert.Contains("StatusStream:Upstream", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", refusal.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Development looks at every service when it starts.</summary>
    [Fact]
    public async Task ARelayHasAllThatItsServicesNeed()
    {
        await using var relay = await RunningApi.StartAsync(("StatusStream:Upstream", "http://127.0.0.1:9"), ("environment", "Development"));

        using var alive = await relay.GetAsync("/alive");

        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task OfTwoReplicasOneThatIsNotThereCostsNothing()
    {
        var gone = await RunningApi.StartAsync();
        await gone.DisposeAsync();
        await using var hub = await RunningApi.StartAsync();
        await using var relay = await RelayAsync([gone, hub]);

        using var client = await relay.StreamAsync("a");

        Assert.Equal("batch a=active", await client.NextTextAsync());
    }

    [Fact]
    public async Task OfTwoReplicasOneThatHangsIsLeft()
    {
        await using var hanging = await KestrelBackend.StartAsync();
        hanging.Otherwise = hanging.HangAsync;
        await using var hub = await RunningApi.StartAsync();
        await using var relay = await RelayAsync(new Uri(hanging.Url), hub.Url);

        using var client = await relay.StreamAsync("a");
        var told = await client.NextTextAsync();
        if (told == "batch") told = await client.NextTextAsync(); // leaving it took longer than a first batch waits
        Assert.EndsWith("active", told, StringComparison.Ordinal);
        using var answer = await PostAsync(relay, "/ui-api/pipeline/notify", """{"pipelineIds":["a"]}""");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    [Fact]
    public async Task WhatAHubThatHangsMayHaveReceivedIsToldToHaveNoAnswer()
    {
        await using var hanging = await KestrelBackend.StartAsync();
        hanging.Otherwise = hanging.HangAsync;
        await using var relay = await RelayAsync(new Uri(hanging.Url));

        using var answer = await PostAsync(relay, "/ui-api/pipeline/notify", """{"pipelineIds":["a"]}""");

        await answer.ProblemAsync(HttpStatusCode.GatewayTimeout);
    }

    /// <summary>As of a process that is stopped.</summary>
    [Fact]
    public async Task AStreamThatFallsSilentIsFollowedByAnother()
    {
        await using var silent = await KestrelBackend.StartAsync();
        var opened = 0;
        silent.Otherwise = async context =>
        {
            Interlocked.Increment(ref opened);
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("event: batch_update\nid: 7f3a9c0d12e4b85f-1\ndata: {\"type\":\"batch_update\",\"timestamp\":1,\"updates\":[]}\n\n");
            await silent.HangAsync(context);
        };
        await using var relay = await RelayAsync(new Uri(silent.Url));
        using var client = await relay.StreamAsync("a");

        await Patience.UntilAsync(() => Volatile.Read(ref opened) >= 3, "the stream is opened again and again");
        Assert.DoesNotContain("loop", await HealthAsync(relay), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task WhenItsReplicaDrainsTheStreamGoesOnAtAnother()
    {
        var first = await RunningApi.StartAsync();
        await using var relay = await RelayAsync(first.Url, new Uri("http://127.0.0.1:9"));
        using var client = await relay.StreamAsync("a");
        Assert.Equal("batch a=active", await client.NextTextAsync());
        var port = first.Url.Port;
        await first.DisposeAsync();

        await using var second = await RunningApi.StartAsync(("urls", $"http://127.0.0.1:{port}"));
        second.Backend.Says("a", "Paused");

        // A batch, or the change when that came later; that nothing is confirmed while nobody is there.
        while (!(await client.NextTextAsync()).EndsWith("paused", StringComparison.Ordinal))
        {
        }
    }

    private static Task<RunningApi> RelayAsync(params RunningApi[] hubs) => RelayAsync([.. hubs.Select(hub => hub.Url)]);

    private static Task<RunningApi> RelayAsync(params Uri[] hubs) => RunningApi.StartAsync(
    [
        ("StatusStream:Upstream", "http://hub"), ("StatusStream:RequestTimeout", "00:00:01"), ("StatusStream:NotifyKey", NotifyKey),
        .. hubs.Select((hub, i) => ($"services:hub:http:{i}", hub.ToString())),
    ]);

    private static async Task<HttpResponseMessage> PostAsync(RunningApi api, string path, string body = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", NotifyKey);
        return await api.Http.SendAsync(request).Soon();
    }

    private static async Task<string> HealthAsync(RunningApi api)
    {
        using var health = await api.GetAsync("/health");
        return await health.Content.ReadAsStringAsync();
    }
}
