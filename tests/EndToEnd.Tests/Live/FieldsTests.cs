using System.Text.Json;
using PipelineAspire.EndToEnd.Tests.Running;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Live;

/// <summary>What the backend says beside the status, from there through the hub and Web to those who ask for it.</summary>
public sealed class FieldsTests
{
    [Fact]
    public async Task FieldsMoveOnTheStreamThatAsksForThemAndGoWithTheStatus()
    {
        await using var system = await RunningSystem.StartAsync(new SystemSettings
        {
            Pipelines = ["orders"],
            Backend = new Dictionary<string, string> { ["FakeBackend__FieldsInterval"] = "00:00:00.300" },
            Api = new Dictionary<string, string> { ["PipelineBackend__Fields__0"] = "rows_per_second", ["PipelineBackend__Fields__1"] = "lag_seconds" },
        });
        await using var other = await StreamClient.OpenWithStatusesAsync(system.Http, "orders");
        await using var asks = await StreamClient.OpenAsync(system.Http, ["orders"], query: "&fields=1");

        var batch = await asks.Recording.FirstAsync(told => told.Tells("orders", "active"));
        var fields = Merge([], batch.Type == StreamEvent.Batch ? batch.Data.GetProperty("updates")[0] : batch.Data);
        Assert.Equal(["lag_seconds", "rows_per_second"], fields.Keys.Order());
        var before = other.Recording.Events.Count;
        for (var i = 0; i < 3; i++)
        {
            var told = await asks.Recording.FirstAsync(told => told.Type == "fields_update", asks.Recording.Count);
            Assert.NotEmpty(told.Data.GetProperty("fields").EnumerateObject());
        }

        await system.Backend.SetAsync("orders", "Paused");
        await asks.Recording.FirstAsync(told => told.Tells("orders", "paused"));
        foreach (var told in asks.Recording.Events.Skip(1)) fields = Merge(fields, told.Data);
        Assert.Empty(fields);
        await other.Recording.FirstAsync(told => told.Tells("orders", "paused"));
        Assert.Equal(before + 1, other.Recording.Events.Count); // it was told of the status alone
        Assert.DoesNotContain(other.Recording.Events, told => told.Data.GetRawText().Contains("fields", StringComparison.Ordinal));
    }

    private static Dictionary<string, JsonElement> Merge(Dictionary<string, JsonElement> before, JsonElement said)
    {
        var after = new Dictionary<string, JsonElement>(before);
        if (!said.TryGetProperty("fields", out var patch)) return after;
        foreach (var field in patch.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.Null) after.Remove(field.Name);
            else after[field.Name] = field.Value;
        }

        return after;
    }
}
