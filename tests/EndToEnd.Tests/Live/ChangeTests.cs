using PipelineAspire.EndToEnd.Tests.Running;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Live;

[Collection(LiveCollection.Name)]
public sealed class ChangeTests(LiveSystem live)
{
    private const int Changes = 30;

    private readonly RunningSystem _system = live.System;

    [Fact]
    public async Task AChangeInTheBackendIsToldWithinTheContractsBound()
    {
        string[] pipelines = ["change-0", "change-1", "change-2", "change-3", "change-4"];
        foreach (var pipeline in pipelines) await _system.Backend.SetAsync(pipeline, "Running");
        await using var client = await StreamClient.OpenWithStatusesAsync(_system.Http, pipelines);

        var delays = new List<TimeSpan>();
        for (var i = 0; i < Changes; i++)
        {
            var pipeline = pipelines[i % pipelines.Length];
            var (value, status) = i / pipelines.Length % 2 == 0 ? ("Paused", "paused") : ("Running", "active");
            var from = client.Recording.Count;
            var changedAt = Bounded.Now;
            await _system.Backend.SetAsync(pipeline, value);
            var told = await client.Recording.FirstAsync(told => told.Type == StreamEvent.Update && told.Tells(pipeline, status), from);
            delays.Add(TimeProvider.System.GetElapsedTime(changedAt, told.ArrivedAt));
        }

        delays.Sort();
        Assert.InRange(delays[^1], TimeSpan.Zero, _system.Converged);
        Assert.InRange(delays[Changes / 2], TimeSpan.Zero, _system.Settings.PollInterval + TimeSpan.FromMilliseconds(50));
        Oracle.AssertConsistent(client.Recording);
    }

    [Fact]
    public async Task APipelineGoesThroughItsLifeOnTheStream()
    {
        await _system.Backend.SetAsync("life", "Created");
        await using var client = await StreamClient.OpenWithStatusesAsync(_system.Http, "life");

        (string Value, string Status)[] changes =
        [
            ("Running", "active"), ("Pausing", "pausing"), ("Paused", "paused"), ("deploy_failed", "failed"), ("Dreaming", "unknown"),
        ];
        foreach (var (value, status) in changes)
        {
            await _system.Backend.SetAsync("life", value);
            await client.Recording.FirstAsync(told => told.Tells("life", status));
        }

        Assert.Equal(
            ["starting", "active", "pausing", "paused", "failed", "unknown"],
            client.Recording.Events.SelectMany(told => told.Statuses.Values));
        Oracle.AssertConsistent(client.Recording);
    }

    [Fact]
    public async Task AStreamThroughWebHasTheHeadersOfTheContractAndBeats()
    {
        await _system.Backend.SetAsync("beating", "Running");
        await using var client = await StreamClient.OpenWithStatusesAsync(_system.Http, "beating");

        Assert.Equal("text/event-stream", client.Response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["no-cache", "no-transform"], client.Response.Headers.CacheControl!.ToString().Split(", ").Order(StringComparer.Ordinal));
        Assert.Equal("no", Assert.Single(client.Response.Headers.GetValues("X-Accel-Buffering")));
        Assert.Equal(TimeSpan.FromSeconds(1), client.ReconnectDelay);
        var beat = await client.Recording.FirstAsync(told => told.Type == StreamEvent.Heartbeat);
        Assert.Equal(["type", "timestamp"], beat.Data.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task APipelineThatTheBackendDoesNotKnowIsToldOnceAndItsNeighboursAreFine()
    {
        await _system.Backend.SetAsync("known", "Running");
        await using var client = await StreamClient.OpenAsync(_system.Http, ["known", "missing"]);

        var first = await client.Recording.FirstAsync(told => told.Type == StreamEvent.Batch);
        Assert.Equal(new Dictionary<string, string> { ["known"] = "active" }, first.Statuses);
        await client.Recording.FirstAsync(told => told.IsError("pipeline_not_found", "missing"));

        await _system.Backend.SetAsync("missing", "Running");
        await client.Recording.FirstAsync(told => told.Tells("missing", "active"));
        Assert.Single(client.Recording.Events, told => told.Type == StreamEvent.Error);
        Oracle.AssertConsistent(client.Recording);
    }
}
