using System.Net;
using System.Net.Http.Headers;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming;

/// <summary>Streams that hear which pipelines the backend's list shows.</summary>
public class ListChangedTests
{
    private const string Two = """[{"pipeline_id":"a","overall_status":"Running"},{"pipeline_id":"b","overall_status":"Running"}]""";
    private const string OneIsPaused = """[{"pipeline_id":"a","overall_status":"Paused"},{"pipeline_id":"b","overall_status":"Running"}]""";
    private const string Three = """[{"pipeline_id":"a"},{"pipeline_id":"b"},{"pipeline_id":"c"}]""";

    [Fact]
    public async Task OneThatAsksHearsOfCreatedAndDeletedPipelinesAndOfNothingElse()
    {
        await using var api = await RunningApi.StartAsync();
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json(Two));
        using var client = await SseClient.OpenAsync(api.Url.Port, "a&list=1");
        Assert.Equal("batch a=active", await client.NextTextAsync());
        var first = await client.UntilAsync("list_changed");
        Assert.Equal((await SetAsync(api), null), (first.Text("etag"), first.Id));

        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json(OneIsPaused));
        var reads = api.Backend.ReadsAt("/pipeline");
        await Patience.UntilAsync(() => api.Backend.ReadsAt("/pipeline") > reads + 2, "the list is read on");
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json(Three));

        var created = await client.NextAsync();
        Assert.Equal("list_changed", created.Event);
        Assert.NotEqual(first.Text("etag"), created.Text("etag"));
        Assert.Equal(await SetAsync(api), created.Text("etag"));
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json(Two));
        Assert.Equal(first.Text("etag"), (await client.UntilAsync("list_changed")).Text("etag"));
    }

    [Fact]
    public async Task WhileNobodyAsksTheListIsNotReadAndOneThatDoesNotAskHearsNothingOfIt()
    {
        await using var api = await RunningApi.StartAsync();
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json(Two));
        using var silent = await SseClient.OpenAsync(api.Url.Port, "a");
        Assert.Equal("batch a=active", await silent.NextTextAsync());
        var polls = api.Backend.ReadsOf("a");
        await Patience.UntilAsync(() => api.Backend.ReadsOf("a") > polls + 3, "some intervals pass");
        Assert.Equal(0, api.Backend.ReadsAt("/pipeline"));

        using (var asks = await SseClient.OpenAsync(api.Url.Port, "a&list=1")) await asks.UntilAsync("list_changed");
        await Patience.UntilAsync(() => api.Streams.Count == 1, "the one that asked has left");
        api.Backend.Says("a", "Paused");
        Assert.Equal("a active->paused", await silent.NextTextAsync());
    }

    [Fact]
    public async Task AWatchRequestBeginsAndEndsIt()
    {
        await using var api = await RunningApi.StartAsync();
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json(Two));
        using var client = await SseClient.OpenAsync(api.Url.Port, "a&watch=1");
        var handle = await client.HandleAsync();

        await PostAsync(api, $$"""{"stream":"{{handle}}","revision":1,"list":true}""");
        await client.UntilAsync("list_changed");
        await PostAsync(api, $$"""{"stream":"{{handle}}","revision":2,"list":false}""");
        await client.UntilAsync("batch 2");
        var reads = api.Backend.ReadsAt("/pipeline");
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json(Three));
        api.Backend.Says("a", "Paused");
        Assert.Equal("a active->paused", await client.NextTextAsync());
        Assert.InRange(api.Backend.ReadsAt("/pipeline"), reads, reads + 1);
    }

    [Fact]
    public async Task AListThatCannotBeReadIsReadAgain()
    {
        await using var api = await RunningApi.StartAsync();
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Code(500));
        using var client = await SseClient.OpenAsync(api.Url.Port, "a&list=1");
        await Patience.UntilAsync(() => api.Backend.ReadsAt("/pipeline") > 2, "it is read on");
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json(Two));

        await client.UntilAsync("list_changed");
    }

    [Fact]
    public async Task TheListHasATagAndIsNotSentAgainToWhoHasIt()
    {
        await using var api = await RunningApi.StartAsync();
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json(Two));
        using var first = await api.GetAsync("/ui-api/pipeline");
        Assert.Matches("^\"[0-9a-f]{16}\\.[0-9a-f]{16}\"$", first.Headers.ETag!.ToString());

        using var again = await GetAsync(api, first.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());

        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json(OneIsPaused));
        await Patience.UntilAsync(async () => (await GetAsync(api, first.Headers.ETag)).StatusCode == HttpStatusCode.OK, "the other status is sent");
    }

    private static async Task<string> SetAsync(RunningApi api)
    {
        using var list = await api.GetAsync("/ui-api/pipeline");
        return list.Headers.ETag!.Tag[..17] + '"';
    }

    private static Task<HttpResponseMessage> GetAsync(RunningApi api, EntityTagHeaderValue known)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/ui-api/pipeline", UriKind.Relative));
        request.Headers.IfNoneMatch.Add(known);
        return api.Http.SendAsync(request).Soon();
    }

    private static async Task PostAsync(RunningApi api, string body)
    {
        using var content = new StringContent(body);
        using var answer = await api.Http.PostAsync(new Uri("/ui-api/pipeline/status/stream/watch", UriKind.Relative), content).Soon();
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }
}
