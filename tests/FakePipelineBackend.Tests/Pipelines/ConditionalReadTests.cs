using System.Net;
using System.Net.Http.Headers;
using PipelineAspire.FakePipelineBackend.Tests.Hosting;

namespace PipelineAspire.FakePipelineBackend.Tests.Pipelines;

public sealed class ConditionalReadTests : IAsyncLifetime
{
    private readonly ObservedClock _clock = new();
    private RunningBackend _backend = null!;

    public static TheoryData<string> Reads => ["/pipeline/orders/health", "/pipeline/health?ids=orders,billing", "/pipeline"];

    public async Task InitializeAsync() =>
        _backend = await RunningBackend.StartAsync(_clock, ("FakeBackend:Pipelines:0", "orders"), ("FakeBackend:Pipelines:1", "billing"));

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task AnAnswerThatIsKnownIsNotSentAgainUntilItChanges(string path)
    {
        var tag = await TagAsync(path);
        Assert.False(tag.IsWeak);

        await _backend.SetAsync("orders", "Running");
        using var same = await ReadAsync(path, tag);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(tag, same.Headers.ETag);
        Assert.Empty(await same.Content.ReadAsByteArrayAsync());

        await _backend.SetAsync("orders", "Paused");
        using var changed = await ReadAsync(path, tag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(tag, changed.Headers.ETag);
        Assert.Contains("Paused", await changed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task AKnownAnswerMayBeOneOfManyWeakOrAny(string path)
    {
        var tag = await TagAsync(path);
        EntityTagHeaderValue other = new("\"other\"");

        using var weak = await ReadAsync(path, other, new EntityTagHeaderValue(tag.Tag, isWeak: true));
        Assert.Equal(HttpStatusCode.NotModified, weak.StatusCode);
        using var any = await ReadAsync(path, EntityTagHeaderValue.Any);
        Assert.Equal(HttpStatusCode.NotModified, any.StatusCode);
        using var unknown = await ReadAsync(path, other);
        Assert.Equal(HttpStatusCode.OK, unknown.StatusCode);
    }

    [Fact]
    public async Task AnotherOrderOfABatchIsAnotherAnswer() =>
        Assert.NotEqual(await TagAsync("/pipeline/health?ids=orders,billing"), await TagAsync("/pipeline/health?ids=billing,orders"));

    [Fact]
    public async Task AnItemLeftOutOfABatchIsAChange()
    {
        const string Path = "/pipeline/health?ids=orders,billing";
        var tag = await TagAsync(Path);
        await _backend.ControlAsync(HttpMethod.Put, "faults/orders", """{"dropRate":1}""");

        using var response = await ReadAsync(Path, tag);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task APipelineThatDoesNotExistIsNeverKnown()
    {
        using var response = await ReadAsync("/pipeline/nope/health", EntityTagHeaderValue.Any);

        await response.ProblemAsync(HttpStatusCode.NotFound);
        Assert.Null(response.Headers.ETag);
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task AFaultyAnswerConfirmsNothingAndHasNoTag(string path)
    {
        var tag = await TagAsync(path);
        foreach (var fault in (string[])["""{"malformedRate":1}""", """{"statusCode":503}"""])
        {
            await _backend.ControlAsync(HttpMethod.Put, "faults", fault);

            using var response = await ReadAsync(path, tag);
            Assert.NotEqual(HttpStatusCode.NotModified, response.StatusCode);
            Assert.Null(response.Headers.ETag);
        }
    }

    private async Task<EntityTagHeaderValue> TagAsync(string path)
    {
        using var response = await ReadAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.ETag!;
    }

    private async Task<HttpResponseMessage> ReadAsync(string path, params EntityTagHeaderValue[] known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var tag in known) request.Headers.IfNoneMatch.Add(tag);
        return await _backend.Http.SendAsync(request);
    }
}
