using System.Net;
using System.Text.Json;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Access;

/// <summary>What clients that make ids up can make the backend do: CONTRACT section 7.</summary>
public class StrangerTests
{
    private const string PerMinute = "StatusStream:Limits:NewPipelinesPerMinutePerClient";
    private const string MaxWatched = "StatusStream:MaxWatchedPipelines";
    private const int Limit = 20;

    private readonly long _began = TimeProvider.System.GetTimestamp();

    /// <summary>As many as the limit, and those that came with the time that has passed.</summary>
    private int MostReads => Limit + 1 + (int)(TimeProvider.System.GetElapsedTime(_began).TotalMinutes * Limit);

    [Fact]
    public async Task StreamsOfMadeUpIdsCostOneReadEachUpToTheClientsLimitAndTheRestAreTooMany()
    {
        await using var api = await StartAsync(listed: []);
        var told = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            using var stream = await api.StreamAsync([.. Enumerable.Range(0, 30).Select(j => $"made-up-{i}-{j}")]);
            Assert.Equal("batch", await stream.NextTextAsync());
            for (var j = 0; j < 30; j++) told.Add(await stream.NextTextAsync());
        }

        var found = told.CountBy(text => text.Split(' ')[0]).ToDictionary(StringComparer.Ordinal);
        Assert.Equal(["pipeline_not_found", "too_many_pipelines"], found.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(120, told.Distinct(StringComparer.Ordinal).Count());
        Assert.InRange(found["pipeline_not_found"], Limit, MostReads);
        AssertReads(api);
    }

    [Fact]
    public async Task PollsForEverNewIdsCostOneReadEachUpToTheClientsLimitAndTheRestAreRefused()
    {
        await using var api = await StartAsync(listed: []);
        var codes = new List<HttpStatusCode>();
        for (var i = 0; i < 60; i++)
        {
            using var answer = await api.GetAsync(i % 2 == 0 ? $"/ui-api/pipeline/status?pipelineIds=made-up-{i}" : $"/ui-api/pipeline/made-up-{i}/health");
            codes.Add(answer.StatusCode);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests) continue;
            Assert.Contains(PerMinute, await answer.ProblemAsync(HttpStatusCode.TooManyRequests), StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter?.Delta);
        }

        Assert.All(codes.Take(Limit), (code, i) => Assert.Equal(i % 2 == 0 ? HttpStatusCode.OK : HttpStatusCode.NotFound, code));
        Assert.InRange(codes.Count(code => code == HttpStatusCode.TooManyRequests), 60 - MostReads, 60 - Limit);

        // What was read is known: asking for it again costs nothing.
        using var again = await api.GetAsync("/ui-api/pipeline/made-up-1/health");
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        AssertReads(api);
    }

    [Fact]
    public async Task WhatTheListShowsIsForEverybody()
    {
        var listed = Enumerable.Range(0, 40).Select(i => $"listed-{i:00}").ToArray();
        await using var api = await StartAsync(listed);
        using var stream = await api.StreamAsync(listed);
        Assert.Equal(40, (await stream.NextAsync()).Data.GetProperty("updates").GetArrayLength());

        using var madeUp = await api.StreamAsync([.. Enumerable.Range(0, Limit * 2).Select(j => $"made-up-{j}")]);
        Assert.Equal("batch", await madeUp.NextTextAsync());
        await madeUp.UntilAsync($"too_many_pipelines made-up-{(Limit * 2) - 1}");

        using var again = await api.StreamAsync(listed);
        Assert.Equal(40, (await again.NextAsync()).Data.GetProperty("updates").GetArrayLength());
        using var polled = await api.GetAsync("/ui-api/pipeline/listed-07/health");
        Assert.Equal(HttpStatusCode.OK, polled.StatusCode);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task NoMorePipelinesAreWatchedThanMayBe(string direct)
    {
        await using var api = await RunningApi.StartAsync((MaxWatched, "2"), ("StatusStream:DirectStreams", direct));
        var first = await api.StreamAsync("a", "b");
        Assert.Equal("batch a=active b=active", await first.NextTextAsync());

        using (var second = await api.StreamAsync("b", "c"))
        {
            Assert.Equal("batch b=active", await second.NextTextAsync());
            Assert.Equal("too_many_pipelines c", await second.NextTextAsync());
        }

        using (var refused = await api.GetAsync("/ui-api/pipeline/status?pipelineIds=a,c"))
        {
            Assert.Contains(MaxWatched, await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        Assert.Equal(0, api.Backend.ReadsOf("c"));
        first.Dispose();
        await Patience.UntilAsync(() => api.WatchList.Current().Count < 2, "the streams are forgotten");
        while (true)
        {
            using var polled = await api.GetAsync("/ui-api/pipeline/c/health");
            if (polled.StatusCode == HttpStatusCode.OK) break;

            // Whoever polls may hear of it a moment later, and refuse the read that was to bring the whole answer.
            Assert.Contains(polled.StatusCode, new[] { HttpStatusCode.ServiceUnavailable, HttpStatusCode.GatewayTimeout });
        }
    }

    private static async Task<RunningApi> StartAsync(string[] listed)
    {
        var api = await RunningApi.StartAsync((PerMinute, $"{Limit}"), ("StatusStream:PollInterval", "00:00:02"));
        foreach (var id in listed) api.Backend.Says(id, "Running");
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json(JsonSerializer.Serialize(listed.Select(id => new { pipeline_id = id }))));
        api.Backend.Otherwise = KestrelBackend.Code(404);
        return api;
    }

    private void AssertReads(RunningApi api)
    {
        var madeUp = api.Backend.Paths.Where(path => path.StartsWith("/pipeline/made-up", StringComparison.Ordinal)).ToList();
        Assert.InRange(madeUp.Count, Limit, MostReads);
        Assert.All(madeUp, path => Assert.Equal(1, api.Backend.ReadsAt(path)));
    }
}
