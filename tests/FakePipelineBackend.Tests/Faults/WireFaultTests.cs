using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PipelineAspire.FakePipelineBackend.Tests.Hosting;

namespace PipelineAspire.FakePipelineBackend.Tests.Faults;

/// <summary>Faults as a client meets them on a real connection.</summary>
public sealed class WireFaultTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = RunningBackend.Patience;

    private readonly ObservedClock _clock = new();
    private RunningBackend _backend = null!;

    public async Task InitializeAsync() =>
        _backend = await RunningBackend.StartAsync(_clock, ("FakeBackend:Pipelines:0", "orders"), ("FakeBackend:Pipelines:1", "billing"));

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    [Fact]
    public async Task AnErrorHasItsStatusCodeAndRetryAfter()
    {
        await _backend.ControlAsync(HttpMethod.Put, "faults", """{"statusCode":429,"retryAfterSeconds":30}""");

        using var response = await _backend.Http.GetAsync("/pipeline/orders/health");
        await response.ProblemAsync(HttpStatusCode.TooManyRequests);
        Assert.Equal(RetryConditionHeaderValue.Parse("30"), response.Headers.RetryAfter);
    }

    [Fact]
    public async Task AFaultForAllConcernsTheListAndUnknownPipelinesButNotControlNorTheHealthOfTheProcess()
    {
        await _backend.ControlAsync(HttpMethod.Put, "faults", """{"statusCode":503}""");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusCodeAsync("/pipeline"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusCodeAsync("/pipeline/nope/health"));
        Assert.Equal(HttpStatusCode.OK, await StatusCodeAsync("/control/stats"));
        Assert.Equal(HttpStatusCode.OK, await StatusCodeAsync("/health"));
        Assert.Equal(HttpStatusCode.OK, await StatusCodeAsync("/alive"));
    }

    [Fact]
    public async Task AFaultOfOnePipelineLeavesTheOthersAndTheListAlone()
    {
        await _backend.ControlAsync(HttpMethod.Put, "faults/orders", """{"statusCode":500}""");

        Assert.Equal(HttpStatusCode.InternalServerError, await StatusCodeAsync("/pipeline/orders/health"));
        Assert.Equal(HttpStatusCode.OK, await StatusCodeAsync("/pipeline/billing/health"));
        Assert.Equal(HttpStatusCode.OK, await StatusCodeAsync("/pipeline"));
    }

    [Fact]
    public async Task AStatusCodeThatHasNoBodyIsAnsweredWithoutOne()
    {
        await _backend.ControlAsync(HttpMethod.Put, "faults", """{"statusCode":204}""");

        Assert.Equal(HttpStatusCode.NoContent, await StatusCodeAsync("/pipeline/orders/health"));
    }

    [Fact]
    public async Task LatencyComesBeforeTheHeadersAndTheAnswerTellsTheStatusAtItsEnd()
    {
        await _backend.ControlAsync(HttpMethod.Put, "faults/orders", """{"latencyMs":1500}""");
        var read = _backend.Http.GetAsync("/pipeline/orders/health", HttpCompletionOption.ResponseHeadersRead);
        await _clock.SomebodyWaitsAsync(TimeSpan.FromMilliseconds(1500));
        await _backend.SetAsync("orders", "Paused");
        _clock.Advance(TimeSpan.FromMilliseconds(1499));
        Assert.False(read.IsCompleted);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        using var response = await read;
        Assert.Equal("Paused", (await response.JsonAsync()).GetProperty("overall_status").GetString());
    }

    [Fact]
    public async Task ADroppedConnectionBringsNotOneByte()
    {
        await _backend.ControlAsync(HttpMethod.Put, "faults", """{"dropRate":1}""");

        using var connection = await RawReadAsync();
        Assert.Equal(string.Empty, await connection.ReceiveToTheEndAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() => _backend.Http.GetAsync("/pipeline/orders/health"));
    }

    [Fact]
    public async Task HangingBringsInTurnNothingAtAllAndHalfABody()
    {
        using var leave = new CancellationTokenSource();
        var (half, silent) = await TwoHungReadsAsync(leave.Token);
        var length = (int)half.Content.Headers.ContentLength!.Value;
        await using var body = await half.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[length / 2]).AsTask().WaitAsync(Patience);
        var rest = body.ReadAsync(new byte[1]).AsTask();

        _clock.Advance(TimeSpan.FromDays(1));
        await _backend.ControlAsync(HttpMethod.Put, "faults/billing", "{}");
        Assert.Equal("Running", await _backend.StatusAsync("billing"));
        Assert.False(silent.IsCompleted);
        Assert.False(rest.IsCompleted);

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => silent);
        half.Dispose();
    }

    [Fact]
    public async Task HungReadsDoNotKeepTheProcessFromStopping()
    {
        var (half, silent) = await TwoHungReadsAsync(CancellationToken.None);

        await _backend.App.StopAsync().WaitAsync(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<HttpRequestException>(() => silent);
        await Assert.ThrowsAsync<HttpRequestException>(() => half.Content.ReadAsStringAsync());
        half.Dispose();
    }

    [Fact]
    public async Task MalformedAnswersTakeTurnsAndEachIsA200()
    {
        await _backend.ControlAsync(HttpMethod.Put, "faults", """{"malformedRate":1}""");

        var truncated = await BodyAsync();
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(truncated));
        Assert.Contains("\"overall_status\":Running\"", await BodyAsync(), StringComparison.Ordinal);
        await AnAnswerIsCutOffAsync();
        Assert.Equal("""["Running"]""", await BodyAsync());
        Assert.StartsWith("<!doctype html>", await BodyAsync(), StringComparison.Ordinal);
        Assert.True((await BodyAsync()).Length > 64 * 1024);
        Assert.Equal(truncated, await BodyAsync());
    }

    [Fact]
    public async Task WhenTheFaultIsClearedReadsAreGoodAgain()
    {
        await _backend.ControlAsync(HttpMethod.Put, "faults", """{"dropRate":1}""");
        await _backend.ControlAsync(HttpMethod.Put, "faults/orders", """{"hangRate":1}""");
        await _backend.ControlAsync(HttpMethod.Delete, "faults");

        Assert.Equal("Running", await _backend.StatusAsync("orders"));
        Assert.Equal("Running", await _backend.StatusAsync("billing"));
    }

    private async Task<HttpStatusCode> StatusCodeAsync(string path)
    {
        using var response = await _backend.Http.GetAsync(path);
        return response.StatusCode;
    }

    private async Task<string> BodyAsync()
    {
        using var response = await _backend.Http.GetAsync("/pipeline/orders/health");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Two reads of which the first to arrive gets no answer and the second half of one.</summary>
    private async Task<(HttpResponseMessage Half, Task<HttpResponseMessage> Silent)> TwoHungReadsAsync(CancellationToken leave)
    {
        await _backend.ControlAsync(HttpMethod.Put, "faults", """{"hangRate":1}""");
        var one = _backend.Http.GetAsync("/pipeline/orders/health", HttpCompletionOption.ResponseHeadersRead, leave);
        var other = _backend.Http.GetAsync("/pipeline/orders/health", HttpCompletionOption.ResponseHeadersRead, leave);
        var answered = await Task.WhenAny(one, other);
        return (await answered, answered == one ? other : one);
    }

    private async Task AnAnswerIsCutOffAsync()
    {
        using var connection = await RawReadAsync();
        var head = await connection.ReceiveUntilAsync("\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK", head, StringComparison.Ordinal);
        var announced = int.Parse(
            head.Split("\r\n").Single(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))["Content-Length: ".Length..]);
        var half = await connection.ReceiveAsync(announced / 2);
        Assert.StartsWith("{\"pipeline_id\":", half, StringComparison.Ordinal);

        await _clock.SomebodyWaitsAsync(TimeSpan.FromMilliseconds(100));
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(string.Empty, await connection.ReceiveToTheEndAsync());
    }

    private Task<RawConnection> RawReadAsync() =>
        RawConnection.SendAsync(_backend.Http.BaseAddress!.Port, "GET /pipeline/orders/health HTTP/1.1\r\nHost: test\r\n\r\n");
}
