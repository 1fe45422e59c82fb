using System.Net;
using System.Text.Json;
using PipelineAspire.FakePipelineBackend.Tests.Hosting;

namespace PipelineAspire.FakePipelineBackend.Tests.Pipelines;

public sealed class BatchReadTests : IAsyncLifetime
{
    private readonly ObservedClock _clock = new();
    private RunningBackend _backend = null!;

    public async Task InitializeAsync() =>
        _backend = await RunningBackend.StartAsync(
            _clock, ("FakeBackend:Pipelines:0", "orders"), ("FakeBackend:Pipelines:1", "billing"), ("FakeBackend:Pipelines:2", "audit"));

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    [Fact]
    public async Task ABatchHasThoseThatExistOnceEachInTheOrderAsked() =>
        Assert.Equal(["orders", "audit", "billing"], await IdsAsync("orders,nope,audit,orders,billing"));

    [Fact]
    public async Task ABatchOfNoneThatExistsIsAnEmptyArray() =>
        Assert.Equal("[]", await _backend.Http.GetStringAsync("/pipeline/health?ids=nope"));

    [Fact]
    public async Task EachItemIsWhatASingleReadAnswers()
    {
        var health = await _backend.Http.GetStringAsync("/pipeline/orders/health");

        Assert.Equal($"[{health}]", await _backend.Http.GetStringAsync("/pipeline/health?ids=orders"));
    }

    [Fact]
    public async Task IdsMayComeWithEscapedCommasAndMoreThanOnce()
    {
        Assert.Equal(["orders", "billing"], await IdsAsync("orders%2Cbilling"));
        Assert.Equal(["orders", "billing"], await IdsAsync("orders&ids=billing"));
    }

    [Fact]
    public async Task TheRefusalNamesTheIdThatIsNone()
    {
        using var response = await _backend.Http.GetAsync("/pipeline/health?ids=orders,a%20b");

        Assert.StartsWith("'a b' is no pipeline id: ", await response.ProblemAsync(HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABatchHasRoomForTwoHundredOfTheLongestIdsAndMore()
    {
        await _backend.SetAsync(LongId(0), "Running");

        Assert.Equal([LongId(0)], await IdsAsync(LongIds(200)));
        Assert.Equal([LongId(0)], await IdsAsync(LongIds(1500)));

        static string LongId(int n) => n.ToString("D4").PadRight(128, 'x');
        static string LongIds(int count) => string.Join(',', Enumerable.Range(0, count).Select(LongId));
    }

    [Fact]
    public async Task APipelineMayBeCalledHealth()
    {
        await _backend.SetAsync("health", "Paused");

        Assert.Equal("Paused", await _backend.StatusAsync("health"));
        Assert.Equal(["health"], await IdsAsync("health"));
    }

    [Fact]
    public async Task AFaultForAllConcernsTheWholeBatch()
    {
        await _backend.ControlAsync(HttpMethod.Put, "faults", """{"statusCode":503,"retryAfterSeconds":5}""");
        await _backend.ControlAsync(HttpMethod.Put, "faults/orders", "{}");

        using var response = await _backend.Http.GetAsync("/pipeline/health?ids=orders,billing");
        await response.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("""{"statusCode":503}""")]
    [InlineData("""{"dropRate":1}""")]
    [InlineData("""{"hangRate":1}""")]
    public async Task APipelineWithAFaultOfItsOwnIsLeftOutAndHarmsNoOther(string fault)
    {
        await _backend.ControlAsync(HttpMethod.Put, "faults/orders", fault);
        Assert.Equal(["billing", "audit"], await IdsAsync("billing,orders,audit"));

        await _backend.ControlAsync(HttpMethod.Delete, "faults/orders");
        Assert.Equal(["billing", "orders", "audit"], await IdsAsync("billing,orders,audit"));
    }

    [Fact]
    public async Task ABatchDoesNotWaitForAPipelineThatIsLate()
    {
        await _backend.ControlAsync(HttpMethod.Put, "faults/orders", """{"latencyMs":60000}""");

        Assert.Equal(["orders", "billing"], await IdsAsync("orders,billing"));
    }

    [Fact]
    public async Task AMalformedItemIsOneOfNoPipelineAmongGoodOnes()
    {
        await _backend.ControlAsync(HttpMethod.Put, "faults/orders", """{"malformedRate":1}""");
        await _backend.ControlAsync(HttpMethod.Put, "faults/nope", """{"malformedRate":1}""");

        Assert.Equal("""{"overall_status":"Running"}""", await MiddleItemAsync());
        Assert.Equal("""{"pipeline_id":[],"overall_status":"Running"}""", await MiddleItemAsync());
        Assert.Equal("""["Running"]""", await MiddleItemAsync());
    }

    private async Task<string> MiddleItemAsync()
    {
        var items = await ItemsAsync("billing,orders,nope,audit");
        Assert.Equal((3, "billing", "audit"), (items.Count, Id(items[0]), Id(items[2])));
        return items[1].GetRawText();
    }

    private async Task<IEnumerable<string?>> IdsAsync(string ids) => (await ItemsAsync(ids)).Select(Id);

    private async Task<List<JsonElement>> ItemsAsync(string ids)
    {
        using var response = await _backend.Http.GetAsync($"/pipeline/health?ids={ids}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return [.. (await response.JsonAsync()).EnumerateArray()];
    }

    private static string? Id(JsonElement item) => item.GetProperty("pipeline_id").GetString();
}
