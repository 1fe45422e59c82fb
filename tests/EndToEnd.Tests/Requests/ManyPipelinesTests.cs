using System.Net.Http.Json;
using System.Text.Json;
using PipelineAspire.EndToEnd.Tests.Running;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Requests;

[Collection(CalmCollection.Name)]
public sealed class ManyPipelinesTests(CalmSystem calm)
{
    private readonly RunningSystem _system = calm.System;

    [Fact]
    public async Task FiveHundredPipelinesOfLongIdsAreStreamedAndPolledThroughWeb()
    {
        var pipelines = Enumerable.Range(0, 500).Select(i => $"{i:d4}-0123456789-abcdefghijklmnopqrst").ToArray();
        Assert.All(pipelines, pipeline => Assert.Equal(36, pipeline.Length));
        foreach (var part in pipelines.Chunk(50)) await Task.WhenAll(part.Select(pipeline => _system.Backend.SetAsync(pipeline, "Paused")));

        await using var client = await StreamClient.OpenAsync(_system.Http, pipelines);
        var batch = await client.Recording.FirstAsync(told => told.Type == StreamEvent.Batch);
        Assert.Equal(pipelines, batch.Statuses.Keys.Order(StringComparer.Ordinal));
        Assert.All(batch.Statuses.Values, status => Assert.Equal("paused", status));

        var polled = await _system.Http.GetFromJsonAsync<JsonElement>($"ui-api/pipeline/status?pipelineIds={string.Join(',', pipelines)}");
        Assert.Equal("batch_update", polled.GetProperty("type").GetString());
        Assert.Equal(
            pipelines,
            polled.GetProperty("updates").EnumerateArray().Select(update => update.GetProperty("pipelineId").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task OnePipelineIsPolledWithTheBackendsOwnFields()
    {
        await _system.Backend.SetAsync("polled", "deploying");

        var health = await _system.Http.GetFromJsonAsync<JsonElement>("ui-api/pipeline/polled/health");
        Assert.Equal(
            ["pipeline_id", "pipeline_name", "overall_status", "created_at", "updated_at", "status"],
            health.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("deploying", "starting"), (health.GetProperty("overall_status").GetString(), health.GetProperty("status").GetString()));

        var list = await _system.Http.GetFromJsonAsync<JsonElement>("ui-api/pipeline");
        Assert.Contains(list.EnumerateArray(), pipeline => pipeline.GetProperty("pipeline_id").GetString() == "polled");
    }
}
