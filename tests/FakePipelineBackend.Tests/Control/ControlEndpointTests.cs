using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PipelineAspire.FakePipelineBackend.Tests.Hosting;

namespace PipelineAspire.FakePipelineBackend.Tests.Control;

public sealed class ControlEndpointTests : IAsyncLifetime
{
    private const string NoStats = """{"total":0,"pipelines":{},"callers":{},"requests":0,"batches":0,"lists":0,"notModified":0}""";

    private readonly ObservedClock _clock = new();
    private RunningBackend _backend = null!;

    public async Task InitializeAsync() =>
        _backend = await RunningBackend.StartAsync(_clock);

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    [Theory]
    [InlineData("\"Paused\"")]
    [InlineData("\"\"")]
    [InlineData("\"never heard of\"")]
    [InlineData("\"läuft \\u2028 \\\"\"")]
    [InlineData("null")]
    public async Task AnyStatusCanBeSet(string status)
    {
        await _backend.ControlAsync(HttpMethod.Put, "pipelines/orders", $$"""{"overall_status":{{status}}}""");

        Assert.Equal(JsonSerializer.Deserialize<string>(status), await _backend.StatusAsync("orders"));
    }

    [Fact]
    public async Task ANameCanBeGiven()
    {
        await _backend.ControlAsync(HttpMethod.Put, "pipelines/orders", """{"overall_status":"Running","pipeline_name":"All the orders"}""");

        using var response = await _backend.Http.GetAsync("/pipeline/orders/health");
        Assert.Equal("All the orders", (await response.JsonAsync()).GetProperty("pipeline_name").GetString());
    }

    [Theory]
    [InlineData(
        "PUT", "/control/pipelines/a%20b", """{"overall_status":"Running"}""",
        "'a b' is no pipeline id: a pipeline id is 1 to 128 of A-Z a-z 0-9 . _ - (but not . or ..).")]
    [InlineData("PUT", "/control/pipelines/a", """{}""", "overall_status is missing.")]
    [InlineData("PUT", "/control/pipelines/a", """{"overall_status":3}""", "overall_status must be a string or null.")]
    [InlineData("PUT", "/control/pipelines/a", """{"overall_status":"x","pipeline_name":null}""", "pipeline_name must be a string.")]
    [InlineData("PUT", "/control/pipelines/a", """{"status":"x"}""", "status is not known; known are overall_status, pipeline_name.")]
    [InlineData(
        "PUT", "/control/pipelines/a", """{"overall_status":"\ud800"}""",
        "The body holds text that cannot be read: Cannot read incomplete UTF-16 JSON text as string with missing low surrogate.")]
    [InlineData("PUT", "/control/faults/a,b", """{}""", "'a,b' is no pipeline id: a pipeline id is 1 to 128 of A-Z a-z 0-9 . _ - (but not . or ..).")]
    [InlineData("DELETE", "/control/faults/a,b", null, "'a,b' is no pipeline id: a pipeline id is 1 to 128 of A-Z a-z 0-9 . _ - (but not . or ..).")]
    [InlineData("PUT", "/control/faults", """{"hangRate":1.5}""", "hangRate must be a number from 0 to 1.")]
    [InlineData("POST", "/control/script", """{"steps":[{"atMs":0,"pipeline":"a"}]}""", "steps[0] must have either a status or a fault.")]
    public async Task ABadRequestSaysWhatIsWrong(string method, string path, string? body, string problem)
    {
        using var response = await _backend.SendAsync(new HttpMethod(method), path, body);

        Assert.Equal(problem, await response.ProblemAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task ABodyThatIsNoJsonIsABadRequest()
    {
        using var response = await _backend.SendAsync(HttpMethod.Post, "/control/script", "steps: none");

        Assert.StartsWith("The body is not valid JSON: ", await response.ProblemAsync(HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AScriptRunsAndCanBeEnded()
    {
        await _backend.ControlAsync(
            HttpMethod.Post,
            "script",
            """{"repeat":true,"steps":[{"atMs":0,"pipeline":"orders","status":"Running"},{"atMs":1000,"pipeline":"*","status":"Failed"}]}""");
        Assert.Equal("Running", await _backend.StatusAsync("orders"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Failed", await _backend.StatusAsync("orders"));
        using var running = await _backend.Http.GetAsync("/control/script");
        Assert.True((await running.JsonAsync()).GetProperty("running").GetBoolean());

        await _backend.ControlAsync(HttpMethod.Delete, "script");
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Failed", await _backend.StatusAsync("orders"));
        using var ended = await _backend.Http.GetAsync("/control/script");
        Assert.Equal("""{"running":false}""", await ended.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task ABadScriptLeavesTheRunningOneAlone()
    {
        await _backend.ControlAsync(HttpMethod.Post, "script", """{"steps":[{"atMs":1000,"pipeline":"orders","status":"Running"}]}""");
        using var bad = await _backend.SendAsync(HttpMethod.Post, "/control/script", """{"steps":[]}""");
        await bad.ProblemAsync(HttpStatusCode.BadRequest);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("Running", await _backend.StatusAsync("orders"));
    }

    [Fact]
    public async Task TheFaultsInForceAreListed()
    {
        await _backend.ControlAsync(HttpMethod.Put, "faults", """{"statusCode":503}""");
        await _backend.ControlAsync(HttpMethod.Put, "faults/orders", """{"latencyMs":7}""");

        using var response = await _backend.Http.GetAsync("/control/faults");
        var faults = await response.JsonAsync();
        Assert.Equal(503, faults.GetProperty("all").GetProperty("statusCode").GetInt32());
        Assert.Equal(7, faults.GetProperty("pipelines").GetProperty("orders").GetProperty("latencyMs").GetInt32());

        await _backend.ControlAsync(HttpMethod.Delete, "faults/orders");
        using var after = await _backend.Http.GetAsync("/control/faults");
        Assert.Empty((await after.JsonAsync()).GetProperty("pipelines").EnumerateObject());
    }

    [Fact]
    public async Task StatsCountGoodFaultyAndVainReadsButNoOtherRequests()
    {
        await _backend.SetAsync("orders", "Running");
        using var good = await ReadAsync("/pipeline/orders/health", "replica-1");
        using var vain = await ReadAsync("/pipeline/nope/health", "replica-1");
        using var refused = await ReadAsync("/pipeline/a%20b/health", "replica-1");
        await _backend.ControlAsync(HttpMethod.Put, "faults", """{"statusCode":500}""");
        using var faulty = await ReadAsync("/pipeline/orders/health", null);
        using var list = await _backend.Http.GetAsync("/pipeline");

        Assert.Equal(
            """{"total":3,"pipelines":{"nope":1,"orders":2},"callers":{"replica-1":2,"unknown":1},"requests":5,"batches":0,"lists":1,"notModified":0}""",
            await StatsAsync());
        await _backend.ControlAsync(HttpMethod.Delete, "stats");
        Assert.Equal(NoStats, await StatsAsync());
    }

    [Fact]
    public async Task StatsTellABatchOfManyReadsFromOneRequestAndCountAnswersThatSayNothingNew()
    {
        await _backend.SetAsync("orders", "Running");
        using var batch = await ReadAsync("/pipeline/health?ids=orders,nope,orders", "replica-1");
        using var refused = await ReadAsync("/pipeline/health?ids=orders,a%20b", "replica-1");
        using var health = await ReadAsync("/pipeline/orders/health", "replica-2");
        using var again = await ReadAsync("/pipeline/orders/health", "replica-2", health.Headers.ETag);

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(
            """{"total":4,"pipelines":{"nope":1,"orders":3},"callers":{"replica-1":2,"replica-2":2},"requests":4,"batches":2,"lists":0,"notModified":1}""",
            await StatsAsync());
        await _backend.ControlAsync(HttpMethod.Delete, "stats");
        Assert.Equal(NoStats, await StatsAsync());
    }

    private async Task<HttpResponseMessage> ReadAsync(string path, string? caller, EntityTagHeaderValue? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (caller is not null) request.Headers.Add("X-StatusStream-Instance", caller);
        if (known is not null) request.Headers.IfNoneMatch.Add(known);
        return await _backend.Http.SendAsync(request);
    }

    private Task<string> StatsAsync() => _backend.Http.GetStringAsync("/control/stats");
}
