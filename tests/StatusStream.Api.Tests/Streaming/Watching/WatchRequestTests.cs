using System.Net;
using System.Text;
using System.Text.Json;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming.Watching;

/// <summary>Watch requests at one replica, on a real connection.</summary>
public class WatchRequestTests
{
    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task AStreamThatAsksForItIsToldWhatItIsChangedByAfterItsFirstBatch(string directStreams)
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:DirectStreams", directStreams));
        using var client = await OpenAsync(api, "a");

        Assert.Equal("batch a=active", await client.NextTextAsync());
        var stream = await client.NextAsync();
        Assert.Equal(("stream", "stream", null), (stream.Event, stream.Text("type"), stream.Id));
        Assert.Matches("^[0-9a-f]{16}\\.[A-Za-z0-9_-]{22}$", stream.Text("stream"));
        Assert.Equal(JsonValueKind.Number, stream.Data.GetProperty("timestamp").ValueKind);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a&watch=0")]
    [InlineData("a&watch=")]
    public async Task AStreamThatDoesNotAskForItIsToldNothingOfIt(string query)
    {
        await using var api = await RunningApi.StartAsync();
        using var client = await SseClient.OpenAsync(api.Url.Port, query);
        Assert.Equal("batch a=active", await client.NextTextAsync());
        api.Backend.Says("a", "Paused");

        Assert.Equal("a active->paused", await client.NextTextAsync());
    }

    [Fact]
    public async Task AddedPipelinesAreToldByABatchWithTheRevisionAndThenLikeAllOthers()
    {
        await using var api = await RunningApi.StartAsync();
        api.Backend.Says("b", "Paused");
        using var client = await OpenAsync(api, "a");
        var handle = await client.HandleAsync();

        var (status, answer) = await ChangeAsync(api, $$"""{"stream":"{{handle}}","revision":3,"add":["b","c"]}""");
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("""{"revision":3}""", answer);
        Assert.Equal("batch 3 b=paused c=active", await client.NextTextAsync());
        api.Backend.Says("b", "Running");
        Assert.Equal("b paused->active", await client.NextTextAsync());
    }

    [Fact]
    public async Task RemovedPipelinesAreToldNoMoreAndAreReadNoMore()
    {
        await using var api = await RunningApi.StartAsync();
        using var client = await OpenAsync(api, "a,b");
        var handle = await client.HandleAsync();

        await ChangeAsync(api, $$"""{"stream":"{{handle}}","revision":1,"remove":["a","stranger"]}""");
        Assert.Equal("batch 1", await client.NextTextAsync());
        api.Backend.Says("a", "Failed");
        await Patience.UntilAsync(() => api.WatchList.Current().All(pipeline => pipeline.PipelineId == "b"), "a is left alone");
        api.Backend.Says("b", "Failed");
        Assert.Equal("b active->failed", await client.NextTextAsync());
        await ChangeAsync(api, $$"""{"stream":"{{handle}}","revision":2,"remove":["b"],"add":["a"]}""");
        Assert.Equal("batch 2 a=failed", await client.NextTextAsync());
    }

    [Fact]
    public async Task APipelineThatHangsHoldsUpTheBatchForOneReadAtMost()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:RequestTimeout", "00:00:00.300"));
        api.Backend.Answers("hangs", api.Backend.HangAsync);
        using var client = await OpenAsync(api, "a");
        var handle = await client.HandleAsync();

        await ChangeAsync(api, $$"""{"stream":"{{handle}}","revision":1,"add":["hangs","b"]}""");
        Assert.Equal("batch 1 b=active", await client.NextTextAsync());
        Assert.Equal("backend_unavailable hangs", await client.NextTextAsync());
    }

    [Fact]
    public async Task APipelineThatIsNotThereIsToldSoAfterTheBatch()
    {
        await using var api = await RunningApi.StartAsync();
        api.Backend.Answers("gone", KestrelBackend.Code(404));
        using var client = await OpenAsync(api, "a");
        var handle = await client.HandleAsync();

        await ChangeAsync(api, $$"""{"stream":"{{handle}}","revision":1,"add":["gone"]}""");
        Assert.Equal("batch 1", await client.NextTextAsync());
        Assert.Equal("pipeline_not_found gone", await client.NextTextAsync());
    }

    [Fact]
    public async Task APipelineBeyondALimitIsToldSoAndMayBeAddedAgainLater()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:MaxWatchedPipelines", "2"));
        using var client = await OpenAsync(api, "a,b");
        var handle = await client.HandleAsync();

        await ChangeAsync(api, $$"""{"stream":"{{handle}}","revision":1,"add":["c"]}""");
        Assert.Equal("batch 1", await client.NextTextAsync());
        Assert.Equal("too_many_pipelines c", await client.NextTextAsync());
        await ChangeAsync(api, $$"""{"stream":"{{handle}}","revision":2,"remove":["a","c"]}""");
        Assert.Equal("batch 2", await client.NextTextAsync());
        await Patience.UntilAsync(() => api.WatchList.Current().Count == 1, "a is left alone");
        await ChangeAsync(api, $$"""{"stream":"{{handle}}","revision":3,"add":["c"]}""");
        while (!(await client.NextTextAsync()).EndsWith("active", StringComparison.Ordinal))
        {
            // Whoever polls may count a a moment longer.
        }
    }

    [Fact]
    public async Task VisibleSaysWhatIsOnTheScreenAndTheRestIsInTheBackground()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:BackgroundInterval", "00:00:10"));
        using var client = await OpenAsync(api, "a,b");
        var handle = await client.HandleAsync();
        Assert.Equal("a b", Visible());

        await ChangeAsync(api, $$"""{"stream":"{{handle}}","revision":1,"add":["c","d"],"visible":["c","a","stranger"]}""");
        Assert.Equal("batch 1 c=active d=active", await client.NextTextAsync());
        await Patience.UntilAsync(() => Visible() == "a c", "a and c alone are on the screen");
        await ChangeAsync(api, $$"""{"stream":"{{handle}}","revision":2,"visible":["d"]}""");
        Assert.Equal("batch 2", await client.NextTextAsync());
        await Patience.UntilAsync(() => Visible() == "d", "d alone is on the screen");

        string Visible() => string.Join(
            ' ', api.WatchList.Current().Where(pipeline => pipeline.IsVisible).Select(pipeline => pipeline.PipelineId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AStreamMayWatchTwentyTimesAsManyPipelinesAsItsAddressCanName()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:MaxPipelinesPerStream", "2"));
        using var client = await OpenAsync(api, "a,b");
        var handle = await client.HandleAsync();
        var ids = string.Join(',', Enumerable.Range(0, 39).Select(i => $"\"p{i}\""));

        var (status, problem) = await ChangeAsync(api, $$"""{"stream":"{{handle}}","revision":1,"add":[{{ids}}]}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("\"maxPipelines\":40", problem, StringComparison.Ordinal);
        (status, _) = await ChangeAsync(api, $$"""{"stream":"{{handle}}","revision":1,"add":[{{ids}}],"remove":["a"]}""");
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal(39, (await client.NextAsync()).Data.GetProperty("updates").GetArrayLength());
    }

    [Fact]
    public async Task ARevisionThatIsNotAboveTheLastIsAConflict()
    {
        await using var api = await RunningApi.StartAsync();
        using var client = await OpenAsync(api, "a");
        var handle = await client.HandleAsync();
        await ChangeAsync(api, $$"""{"stream":"{{handle}}","revision":5}""");

        var (status, problem) = await ChangeAsync(api, $$"""{"stream":"{{handle}}","revision":5,"add":["b"]}""");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("\"revision\":5", problem, StringComparison.Ordinal);
        Assert.Equal("batch 5", await client.NextTextAsync());
        Assert.DoesNotContain(api.WatchList.Current(), pipeline => pipeline.PipelineId == "b");
    }

    [Fact]
    public async Task MoreThanFourChangesASecondAreTooMany()
    {
        await using var api = await RunningApi.StartAsync();
        using var client = await OpenAsync(api, "a");
        var handle = await client.HandleAsync();
        var answers = new List<HttpResponseMessage>();
        for (var revision = 1; revision <= 12; revision++) answers.Add(await PostAsync(api, $$"""{"stream":"{{handle}}","revision":{{revision}}}"""));

        Assert.All(answers.Take(4), answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task AStreamThatIsNotThereOrIsOverIsNotFound()
    {
        await using var api = await RunningApi.StartAsync();
        string handle;
        using (var client = await OpenAsync(api, "a")) handle = await client.HandleAsync();
        await Patience.UntilAsync(() => api.Streams.Count == 0, "the stream is over");

        foreach (var stream in new[] { handle, handle + "x", "x", ".", "0123456789abcdef.AAAAAAAAAAAAAAAAAAAAAA", new string('a', 3000) })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await ChangeAsync(api, $$"""{"stream":"{{stream}}","revision":1,"add":["b"]}""")).Status);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"stream":7,"revision":1}""")]
    [InlineData("""{"stream":"","revision":1}""")]
    [InlineData("""{"stream":"x"}""")]
    [InlineData("""{"stream":"x","revision":0}""")]
    [InlineData("""{"stream":"x","revision":-1}""")]
    [InlineData("""{"stream":"x","revision":1.5}""")]
    [InlineData("""{"stream":"x","revision":9007199254740992}""")]
    [InlineData("""{"stream":"x","revision":"1"}""")]
    [InlineData("""{"stream":"x","revision":1,"add":"a"}""")]
    [InlineData("""{"stream":"x","revision":1,"add":[1]}""")]
    [InlineData("""{"stream":"x","revision":1,"add":[null]}""")]
    [InlineData("""{"stream":"x","revision":1,"add":["a b"]}""", "'a b'")]
    [InlineData("""{"stream":"x","revision":1,"remove":[".."]}""", "'..'")]
    [InlineData("""{"stream":"x","revision":1,"visible":[""]}""", "''")]
    public async Task WhatMakesNoSenseIsABadRequestThatSaysSo(string body, string? named = null)
    {
        await using var api = await RunningApi.StartAsync();

        var (status, problem) = await ChangeAsync(api, body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var detail = JsonDocument.Parse(problem).RootElement.GetProperty("detail").GetString()!;
        Assert.NotEmpty(detail);
        if (named is not null) Assert.Contains(named, detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABodyOverOneMegabyteIsTooLarge()
    {
        await using var api = await RunningApi.StartAsync();

        var (status, _) = await ChangeAsync(api, $$"""{"stream":"{{new string('x', 1024 * 1024)}}","revision":1}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
    }

    [Fact]
    public async Task OneThatComesBackKnowingAllIsToldWhatChangedMeanwhile()
    {
        await using var api = await RunningApi.StartAsync();
        string? last;
        using (var before = await OpenAsync(api, "a,b,c")) last = (await before.NextAsync()).Id;
        using var stays = await SseClient.OpenAsync(api.Url.Port, "a,b,c");
        await stays.NextAsync();
        api.Backend.Says("b", "Paused");
        await stays.UntilAsync("b active->paused");

        var known = Pipelines.KnownPipelinesText.Of("a", "b", "c");
        using var back = await SseClient.OpenAsync(api.Url.Port, $"c,b,a&lastEventId={last}&known={known}");
        Assert.Equal("batch partial b=paused", await back.NextTextAsync());
        using var stranger = await SseClient.OpenAsync(api.Url.Port, $"c,b&lastEventId={last}&known={known}");
        Assert.Equal("batch b=paused c=active", await stranger.NextTextAsync());
    }

    private static Task<SseClient> OpenAsync(RunningApi api, string ids) => SseClient.OpenAsync(api.Url.Port, ids + "&watch=1");

    private static async Task<(HttpStatusCode Status, string Body)> ChangeAsync(RunningApi api, string body)
    {
        using var answer = await PostAsync(api, body);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static Task<HttpResponseMessage> PostAsync(RunningApi api, string body) => api.Http.PostAsync(
        new Uri("/ui-api/pipeline/status/stream/watch", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json")).Soon();
}
