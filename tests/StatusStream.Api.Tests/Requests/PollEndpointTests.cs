using System.Net;
using System.Text;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Requests;

/// <summary>Polling and the list: CONTRACT section 3.</summary>
public class PollEndpointTests
{
    [Fact]
    public async Task HealthIsTheBackendsJsonWithThePublicStatus()
    {
        await using var api = await RunningApi.StartAsync();
        api.Backend.Answers("a", KestrelBackend.Json("""{"pipeline_id":"a","overall_status":"Running","status":"theirs","nested":{"status":1},"n":1.50}"""));
        using var response = await api.GetAsync("/ui-api/pipeline/a/health");

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal(
            """{"pipeline_id":"a","overall_status":"Running","nested":{"status":1},"n":1.50,"status":"active"}""", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("""{"overall_status":"Running","note":"\ud800"}""")]
    [InlineData("""{"overall_status":"Running","\ud800":1}""")]
    [InlineData("""{"overall_status":"Running","note":"\u0000\u2028"}""")]
    [InlineData("""{"overall_status":"Running","overall_status":"Running","deep":[[[[[[[[[[]]]]]]]]]]}""")]
    public async Task WhateverTextTheBackendSendsHealthIsNeverAServerError(string body)
    {
        await using var api = await RunningApi.StartAsync();
        api.Backend.Answers("a", KestrelBackend.Json(body));
        using var response = await api.GetAsync("/ui-api/pipeline/a/health");

        Assert.Contains(response.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.BadGateway });
    }

    [Theory]
    [InlineData(404, HttpStatusCode.NotFound)]
    [InlineData(500, HttpStatusCode.BadGateway)]
    public async Task WhenTheBackendFailsHealthSaysSo(int statusCode, HttpStatusCode expected)
    {
        await using var api = await RunningApi.StartAsync();
        api.Backend.Answers("a", KestrelBackend.Code(statusCode));
        using var response = await api.GetAsync("/ui-api/pipeline/a/health");

        Assert.Contains("'a'", await response.ProblemAsync(expected), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhenTheBackendHangsHealthTimesOut()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:RequestTimeout", "00:00:00.200"));
        api.Backend.Answers("a", api.Backend.HangAsync);
        using var response = await api.GetAsync("/ui-api/pipeline/a/health");

        await response.ProblemAsync(HttpStatusCode.GatewayTimeout);
    }

    [Theory]
    [InlineData("/ui-api/pipeline/a/health")]
    [InlineData("/ui-api/pipeline/status?pipelineIds=a")]
    public async Task AReadThatTakesLongerThanAPipelineLingersStillAnswersItsPoll(string path)
    {
        await using var api = await RunningApi.StartAsync();
        api.Backend.Answers("a", async context =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System);
            await KestrelBackend.Status("Paused")(context);
        });
        using var response = await api.GetAsync(path);

        Assert.Contains("\"status\":\"paused\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AfterAPollItsPipelineIsReadForThreeIntervalsMore()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:PollInterval", "00:00:00.300"));
        using (await api.GetAsync("/ui-api/pipeline/a/health"))
        {
        }

        await Patience.UntilAsync(() => api.WatchList.Current().Count == 0, "the poll is forgotten");
        Assert.InRange(api.Backend.ReadsOf("a"), 2, 5);
    }

    [Fact]
    public async Task StatusIsTheBodyOfABatchForManyPipelinesInOneRequest()
    {
        await using var api = await RunningApi.StartAsync();
        api.Backend.Says("b", "Paused");
        api.Backend.Answers("missing", KestrelBackend.Code(404));
        api.Backend.Answers("failing", KestrelBackend.Code(500));
        using var response = await api.GetAsync("/ui-api/pipeline/status?pipelineIds=a,b,missing,failing");

        var batch = await response.JsonAsync();
        Assert.Equal("batch_update", batch.GetProperty("type").GetString());
        Assert.Equal("""[{"pipelineId":"a","status":"active"},{"pipelineId":"b","status":"paused"}]""", batch.GetProperty("updates").GetRawText());
        Assert.True(batch.GetProperty("timestamp").GetInt64() > 1_700_000_000_000);
        Assert.Equal(["type", "timestamp", "updates"], batch.EnumerateObject().Select(property => property.Name));
    }

    [Theory]
    [InlineData("/ui-api/pipeline/status")]
    [InlineData("/ui-api/pipeline/status?pipelineIds=a%2Fb")]
    public async Task StatusRefusesBadIds(string path)
    {
        await using var api = await RunningApi.StartAsync();
        using var response = await api.GetAsync(path);

        await response.ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task HundredPollsCostTheBackendNoReadOfTheirOwn()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:PollInterval", "01:00:00"));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            using var response = await api.GetAsync(i % 2 == 0 ? "/ui-api/pipeline/a/health" : "/ui-api/pipeline/status?pipelineIds=a");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        })).Soon();

        // One, and one more when the whole answer was asked for after the status alone had been read.
        Assert.InRange(api.Backend.ReadsOf("a"), 1, 2);
    }

    [Fact]
    public async Task AChangeReachesAPollWithinTwoIntervals()
    {
        await using var api = await RunningApi.StartAsync();
        using (await api.GetAsync("/ui-api/pipeline/a/health"))
        {
        }

        api.Backend.Says("a", "Stopped");
        var reads = api.Backend.ReadsOf("a");
        using (await api.GetAsync("/ui-api/pipeline/a/health"))
        {
        }

        await Patience.UntilAsync(() => api.Backend.ReadsOf("a") > reads + 1 || api.WatchList.Current().Count == 0, "the loop reads once more");
        using var response = await api.GetAsync("/ui-api/pipeline/a/health");
        Assert.Equal("stopped", (await response.JsonAsync()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task TheListIsTheBackendsOwnReadOncePerInterval()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:PollInterval", "01:00:00"));
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json("""[{"pipeline_id":"a"}]"""));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var response = await api.GetAsync("/ui-api/pipeline");
            Assert.Equal("""[{"pipeline_id":"a"}]""", await response.Content.ReadAsStringAsync());
        })).Soon();

        Assert.Equal(1, api.Backend.ReadsAt("/pipeline"));
    }

    [Fact]
    public async Task TheListIsReadAnewAfterAnInterval()
    {
        await using var api = await RunningApi.StartAsync();
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Code(500));
        using (var failed = await api.GetAsync("/ui-api/pipeline")) await failed.ProblemAsync(HttpStatusCode.BadGateway);
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json("[]"));
        while (true)
        {
            using var response = await api.GetAsync("/ui-api/pipeline");
            if (response.StatusCode == HttpStatusCode.OK) break;
        }

        Assert.Equal(2, api.Backend.ReadsAt("/pipeline"));
    }

    [Fact]
    public async Task AListThatIsNoJsonOrComesTooLateIsNotPassedOn()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:RequestTimeout", "00:00:00.200"));
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json("<html>"));
        using (var response = await api.GetAsync("/ui-api/pipeline")) await response.ProblemAsync(HttpStatusCode.BadGateway);

        api.Backend.AnswersAt("/pipeline", api.Backend.HangAsync);
        while (true)
        {
            using var response = await api.GetAsync("/ui-api/pipeline");
            if (response.StatusCode == HttpStatusCode.GatewayTimeout) break;
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        }
    }

    [Fact]
    public async Task PipelinesOfAListWithinAnotherObjectAndWithNumbersForIdsArePolledAndStreamed()
    {
        await using var api = await RunningApi.StartAsync(("PipelineBackend:ListItemsProperty", "data.items"), ("PipelineBackend:Batch:IdProperty", "key"));
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json("""{"data":{"items":[{"pipeline_id":1},{"key":2}]}}"""));
        using var list = await api.GetAsync("/ui-api/pipeline");
        using var polled = await api.GetAsync("/ui-api/pipeline/status?pipelineIds=1,2");
        using var stream = await api.StreamAsync("1", "2");

        Assert.Equal("""[{"pipeline_id":1},{"key":2,"pipeline_id":"2"}]""", await list.Content.ReadAsStringAsync());
        Assert.Equal(
            """[{"pipelineId":"1","status":"active"},{"pipelineId":"2","status":"active"}]""",
            (await polled.JsonAsync()).GetProperty("updates").GetRawText());
        Assert.Equal("1=active 2=active", (await stream.NextAsync()).Batch);
    }

    [Fact]
    public async Task AListInAShapeThatNobodyUnderstandsIsNamed()
    {
        await using var api = await RunningApi.StartAsync();
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json("""{"data":[{"pipeline_id":"a"}]}"""));
        using var response = await api.GetAsync("/ui-api/pipeline");

        Assert.Equal(
            "The list of pipelines has another shape than expected: an array was expected, and it is an object with data, " +
            "see PipelineBackend:ListItemsProperty.",
            await response.ProblemAsync(HttpStatusCode.BadGateway));
    }

    [Fact]
    public async Task ABackendWithoutAListHasTheConfiguredOne()
    {
        await using var api = await RunningApi.StartAsync(("PipelineBackend:PipelineIds:0", "orders"), ("PipelineBackend:PipelineIds:1", "billing.v2"));
        using var response = await api.GetAsync("/ui-api/pipeline");

        Assert.Equal(
            """[{"pipeline_id":"orders","pipeline_name":"orders"},{"pipeline_id":"billing.v2","pipeline_name":"billing.v2"}]""",
            await response.Content.ReadAsStringAsync());
        Assert.Equal(0, api.Backend.TotalReads);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/openapi/v1.json")]
    public async Task TheReplicaSaysHowItIs(string path)
    {
        await using var api = await RunningApi.StartAsync();
        using var response = await api.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task OpenApiDescribesTheRequestsAndLeavesTheStreamToTheGoldenFile()
    {
        await using var api = await RunningApi.StartAsync();
        using var response = await api.GetAsync("/openapi/v1.json");

        Assert.Equal(
            [
                "/ui-api/pipeline", "/ui-api/pipeline/actions", "/ui-api/pipeline/notify", "/ui-api/pipeline/status",
                "/ui-api/pipeline/status/stream/watch", "/ui-api/pipeline/{id}/health",
            ],
            (await response.JsonAsync()).GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ControlIsThereOnlyWhenItIsEnabled()
    {
        await using var api = await RunningApi.StartAsync();
        using var content = new StringContent("", Encoding.UTF8);
        using var response = await api.Http.PostAsync(new Uri("/control/crash", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }
}
