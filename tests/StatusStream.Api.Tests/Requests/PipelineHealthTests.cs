using System.Net;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Requests;

/// <summary>The backend's whole answer travels only to who asks for it: <c>/ui-api/pipeline/{id}/health</c>.</summary>
public class PipelineHealthTests
{
    private const string Health = "/ui-api/pipeline/a/health";

    [Fact]
    public async Task OfAWatchedPipelineItCostsOneReadAndIsThenAnsweredAtOnce()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:PollInterval", "01:00:00"));
        using var stream = await api.StreamAsync("a");
        Assert.Equal("batch a=active", await stream.NextTextAsync());

        for (var i = 0; i < 5; i++)
        {
            using var response = await api.GetAsync(Health);
            Assert.Equal("X", (await response.JsonAsync()).GetProperty("pipeline_name").GetString());
        }

        Assert.Equal(2, api.Backend.ReadsOf("a"));
    }

    [Fact]
    public async Task WhenTheBackendIsReadInBatchesThePipelineIsReadByItself()
    {
        await using var api = await RunningApi.StartAsync(("PipelineBackend:Batch:Path", "/pipeline/health?ids={ids}"));
        var alone = KestrelBackend.Json("""{"pipeline_id":"a","overall_status":"Running","alone":true}""");
        var batches = 0;
        api.Backend.Otherwise = context =>
        {
            if (context.Request.Path != "/pipeline/health") return alone(context);
            Interlocked.Increment(ref batches);
            var items = context.Request.Query["ids"].ToString().Split(',').Select(id => $$"""{"pipeline_id":"{{id}}","overall_status":"Running"}""");
            return KestrelBackend.Json($"[{string.Join(',', items)}]")(context);
        };
        using var stream = await api.StreamAsync([.. Enumerable.Range(0, 20).Select(i => $"p{i:00}"), "a"]);
        Assert.Equal(21, (await stream.NextAsync()).Data.GetProperty("updates").GetArrayLength());
        await Patience.UntilAsync(() => Volatile.Read(ref batches) > 5, "batches are read");
        Assert.InRange(api.Backend.ReadsOf("a"), 0, 1);

        using var response = await api.GetAsync(Health);

        var json = await response.JsonAsync();
        Assert.True(json.GetProperty("alone").GetBoolean());
        Assert.Equal("active", json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task ItFollowsTheBackendWhileOthersAskAllTheTime()
    {
        await using var api = await RunningApi.StartAsync();
        var read = 0;
        api.Backend.Answers("a", context => KestrelBackend.Json(
            $$"""{"overall_status":"Running","read":{{Interlocked.Increment(ref read)}}}""")(context));
        var seen = new HashSet<int>();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (true)
            {
                using var response = await api.GetAsync(Health);
                var number = (await response.JsonAsync()).GetProperty("read").GetInt32();
                lock (seen)
                {
                    seen.Add(number);
                    if (seen.Count > 5) return;
                }
            }
        })).Soon();
    }

    [Fact]
    public async Task AStreamHearsNothingOfADocumentThatChangesAtEachRead()
    {
        await using var api = await RunningApi.StartAsync();
        api.Backend.Answers("a", context => KestrelBackend.Json($$"""{"overall_status":"Running","at":{{TimeProvider.System.GetTimestamp()}}}""")(context));
        using var stream = await api.StreamAsync("a");
        Assert.Equal("batch a=active", await stream.NextTextAsync());
        var reads = api.Backend.ReadsOf("a");
        await Patience.UntilAsync(() => api.Backend.ReadsOf("a") > reads + 10, "it is read");

        api.Backend.Says("a", "Paused");

        Assert.Equal("a active->paused", await stream.NextTextAsync());
    }

    [Fact]
    public async Task WhenAWatchedPipelineNoLongerAnswersHealthSaysSoWithinOneIntervalAndOneRead()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:PollInterval", "00:00:01"), ("StatusStream:RequestTimeout", "00:00:02"));
        using var stream = await api.StreamAsync("a");
        Assert.Equal("batch a=active", await stream.NextTextAsync());
        api.Backend.Answers("a", api.Backend.HangAsync);

        var asked = TimeProvider.System.GetTimestamp();
        using var response = await api.GetAsync(Health);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked), TimeSpan.Zero, TimeSpan.FromSeconds(3 + 1.5)); // and a busy machine's part
    }
}
