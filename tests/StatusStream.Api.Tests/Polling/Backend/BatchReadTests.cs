using Microsoft.AspNetCore.Http;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Polling.Backend;

/// <summary>One request for many pipelines: CONTRACT section 1.</summary>
public sealed class BatchReadTests : IAsyncLifetime
{
    private static readonly (string, string) OfThese = ("PipelineBackend:Batch:Path", "/batch?ids={ids}");

    private static readonly (string, string) OfAll = ("PipelineBackend:Batch:Path", "/all");

    private KestrelBackend _backend = null!;

    public async Task InitializeAsync() => _backend = await KestrelBackend.StartAsync();

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    [Fact]
    public async Task ThoseAskedForAreNamedInOneRequest()
    {
        await using var rig = Rig(OfThese);
        _backend.AnswersAt(
            "/batch?ids=a,b,c", BackendRig.Json("""[{"pipeline_id":"b","overall_status":"Paused"},{"pipeline_id":"a","overall_status":"Running"}]"""));

        var answer = await rig.ReadBatchAsync("a", "b", "c");

        Assert.Equal([("a", PipelineStatus.Active), ("b", PipelineStatus.Paused)], Statuses(answer));
        Assert.Equal(["c"], answer.Missing);
        Assert.Null(answer.Shown);
        Assert.Equal(1, _backend.TotalReads);
        Assert.All(answer.Readings, reading => Assert.True(reading.Body.IsEmpty));
    }

    [Fact]
    public async Task AnAnswerAboutAllShowsWhatThereIs()
    {
        await using var rig = Rig(OfAll);
        _backend.AnswersAt("/all", BackendRig.Json("""[{"pipeline_id":"a","overall_status":"Running"},{"pipeline_id":"z","overall_status":"Running"}]"""));

        var answer = await rig.ReadBatchAsync("a", "b");

        Assert.Equal([("a", PipelineStatus.Active)], Statuses(answer));
        Assert.Equal(["b"], answer.Missing);
        Assert.Equal(["a", "z"], answer.Shown!.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task IdsAndStatusesOfItemsAreUnderPathsOfTheirOwn()
    {
        await using var rig = Rig(
            OfAll,
            ("PipelineBackend:Batch:ItemsProperty", "data.items"),
            ("PipelineBackend:Batch:IdProperty", "metadata.key"),
            ("PipelineBackend:Batch:StatusProperty", "states.0.name"),
            ("PipelineBackend:StatusProperty", "items.0.states.0.name"));
        _backend.AnswersAt("/all", BackendRig.Json(
            """{"total":2,"data":{"items":[{"metadata":{"key":7},"states":[{"name":"paused"},{"name":"no"}]},{"metadata":{"key":"a"},"states":[]}]}}"""));

        var answer = await rig.ReadBatchAsync("7", "a");

        Assert.Equal([("7", PipelineStatus.Paused), ("a", PipelineStatus.Unknown)], Statuses(answer));
    }

    [Fact]
    public async Task ItemsThatLookLikeTheAnswersAboutOneNeedNoPathOfTheirOwn()
    {
        await using var rig = Rig(OfAll, ("PipelineBackend:StatusProperty", "status.phase"));
        _backend.AnswersAt("/all", BackendRig.Json("""[{"pipeline_id":"a","status":{"phase":"Paused"}}]"""));

        Assert.Equal([("a", PipelineStatus.Paused)], Statuses(await rig.ReadBatchAsync("a")));
    }

    [Fact]
    public async Task OfTwoItemsAboutOnePipelineTheFirstCounts()
    {
        await using var rig = Rig(OfAll);
        _backend.AnswersAt("/all", BackendRig.Json("""[{"pipeline_id":"a","overall_status":"Paused"},{"pipeline_id":"a","overall_status":"Running"}]"""));

        Assert.Equal([("a", PipelineStatus.Paused)], Statuses(await rig.ReadBatchAsync("a")));
    }

    [Theory]
    [InlineData("""{"pipeline_id":null,"overall_status":"Running"}""")]
    [InlineData("""{"overall_status":"Running"}""")]
    [InlineData("""{"pipeline_id":"b/c","overall_status":"Running"}""")]
    [InlineData("""{"pipeline_id":{"id":"b"},"overall_status":"Running"}""")]
    [InlineData("""{"pipeline_id":"\ud800","overall_status":"Running"}""")]
    [InlineData("""{"pipeline_id":"b","overall_status":"\ud800"}""")]
    [InlineData("""{"pipeline_id":"b","\ud800":1}""")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"b\"")]
    [InlineData("[[]]")]
    public async Task AMalformedItemHarmsOnlyItself(string item)
    {
        await using var rig = Rig(OfAll);
        _backend.AnswersAt("/all", BackendRig.Json(
            $$"""[{"pipeline_id":"a","overall_status":"Running"},{{item}},{"pipeline_id":"c","overall_status":"Paused"}]"""));

        var answer = await rig.ReadBatchAsync("a", "b", "c");

        Assert.Equal([("a", PipelineStatus.Active), ("c", PipelineStatus.Paused)], Statuses(answer));
        Assert.Equal(["b"], answer.Missing);
    }

    [Fact]
    public async Task AnItemThatIsNoTextHarmsOnlyItself()
    {
        await using var rig = Rig(OfAll);
        byte[] body =
        [
            .. """[{"pipeline_id":"a","overall_status":"Running"},{"pipeline_id":"b","overall_status":"Running","note":" """u8, 0xff,
            .. "\"},{\"pipeline_id\":\"c\",\"overall_status\":\"Paused\"}]"u8,
        ];
        _backend.AnswersAt("/all", async context => await context.Response.Body.WriteAsync(body));

        var answer = await rig.ReadBatchAsync("a", "b", "c");

        Assert.Equal([("a", PipelineStatus.Active), ("c", PipelineStatus.Paused)], Statuses(answer));
        Assert.Equal(["b"], answer.Missing);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("<html></html>")]
    [InlineData("""[{"pipeline_id":"a","overall_status":"Running"},""")]
    [InlineData("""[{"pipeline_id":"a","overall_status":"Running"}] x""")]
    public async Task ABatchThatIsNoListIsAFailureOfAll(string body)
    {
        await using var rig = Rig(OfAll);
        _backend.AnswersAt("/all", BackendRig.Json(body));

        AssertFailed(await rig.ReadBatchAsync("a", "b"), PipelineCondition.Error);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(414)]
    [InlineData(500)]
    [InlineData(302)]
    [InlineData(304)]
    public async Task AnotherStatusCodeIsAFailureOfAllAndSaysNothingOfWhatThereIs(int statusCode)
    {
        await using var rig = Rig(OfThese);
        _backend.Otherwise = KestrelBackend.Code(statusCode);

        var answer = await rig.ReadBatchAsync("a", "b");

        AssertFailed(answer, PipelineCondition.Error);
        Assert.All(answer.Readings, reading => Assert.Equal($"the backend answered {statusCode}", reading.Reason));
    }

    [Fact]
    public async Task AFailedBatchAsksForAllToBeLeftAlone()
    {
        await using var rig = Rig(OfThese);
        _backend.Otherwise = BackendRig.Code(429, ("Retry-After", "7"));

        var answer = await rig.ReadBatchAsync("a", "b");

        AssertFailed(answer, PipelineCondition.Error);
        Assert.All(answer.Readings, reading => Assert.Equal(TimeSpan.FromSeconds(7), reading.RetryAfter));
    }

    [Fact]
    public async Task ABatchThatIsLateIsATimeoutOfAll()
    {
        await using var rig = Rig(OfAll, ("StatusStream:RequestTimeout", "00:00:00.200"));
        _backend.AnswersAt("/all", async context =>
        {
            await context.Response.WriteAsync("""[{"pipeline_id":"a","overall_status":"Running"},""");
            await context.Response.Body.FlushAsync();
            await _backend.HangAsync(context);
        });

        AssertFailed(await rig.ReadBatchAsync("a", "b"), PipelineCondition.Timeout);
    }

    [Fact]
    public async Task ABatchCutShortIsAFailureOfAll()
    {
        await using var rig = Rig(OfAll);
        _backend.AnswersAt("/all", async context =>
        {
            await context.Response.WriteAsync("""[{"pipeline_id":"a","overall_status":"Running"}""");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        AssertFailed(await rig.ReadBatchAsync("a", "b"), PipelineCondition.Error);
    }

    [Fact]
    public async Task GivingABatchUpIsNoAnswer()
    {
        await using var rig = Rig(OfAll);
        _backend.AnswersAt("/all", _backend.HangAsync);
        using var caller = new CancellationTokenSource();
        var read = rig.Client.ReadBatchAsync(["a"], caller.Token).AsTask();
        await Patience.UntilAsync(() => _backend.TotalReads == 1, "the read begins");
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.Soon());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ABatchMayHave16MegabytesAndNotOneByteMore(bool saysItsLength)
    {
        await using var rig = Rig(OfAll);
        const string Item = """{"pipeline_id":"a","overall_status":"Running"}""";

        AnswersOf(PipelineBackendClient.MaxListBytes);
        Assert.Equal([("a", PipelineStatus.Active)], Statuses(await rig.ReadBatchAsync("a")));
        AnswersOf(PipelineBackendClient.MaxListBytes + 1);
        AssertFailed(await rig.ReadBatchAsync("a", "b"), PipelineCondition.Error);

        void AnswersOf(int size) => _backend.AnswersAt("/all", async context =>
        {
            if (saysItsLength) context.Response.ContentLength = size;
            await context.Response.WriteAsync($"[{Item}");
            var blanks = new byte[64 * 1024];
            blanks.AsSpan().Fill((byte)' ');
            for (var left = size - Item.Length - 2; left > 0; left -= Math.Min(left, blanks.Length))
                await context.Response.Body.WriteAsync(blanks.AsMemory(0, Math.Min(left, blanks.Length)), context.RequestAborted);
            await context.Response.WriteAsync("]");
        });
    }

    [Fact]
    public async Task ALongBatchIsWhatTheBodyLimitOfOneAnswerDoesNotConcern()
    {
        await using var rig = Rig(OfAll, ("PipelineBackend:MaxBodyBytes", "1024"));
        var items = Enumerable.Range(0, 5000).Select(i => $$"""{"pipeline_id":"p{{i}}","overall_status":"Paused"}""");
        _backend.AnswersAt("/all", BackendRig.Json($"[{string.Join(',', items)}]"));

        var answer = await rig.ReadBatchAsync("p0", "p4999", "p5000");

        Assert.Equal([("p0", PipelineStatus.Paused), ("p4999", PipelineStatus.Paused)], Statuses(answer));
        Assert.Equal(5000, answer.Shown!.Count);
    }

    private static IEnumerable<(string, PipelineStatus)> Statuses(BackendAnswer answer)
    {
        Assert.All(answer.Readings, reading => Assert.Equal(PipelineCondition.Ok, reading.Condition));
        return answer.Readings.Select(reading => (reading.PipelineId, reading.Status!.Value));
    }

    private static void AssertFailed(BackendAnswer answer, PipelineCondition condition)
    {
        Assert.Equal([("a", condition), ("b", condition)], answer.Readings.Select(reading => (reading.PipelineId, reading.Condition)));
        Assert.Empty(answer.Missing);
        Assert.Null(answer.Shown);
    }

    private BackendRig Rig(params (string Name, string Value)[] settings) => BackendRig.On(_backend, null, settings);
}
