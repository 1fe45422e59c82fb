using System.Globalization;
using System.Text.Json;

namespace PipelineAspire.Web.Pipelines;

/// <summary>Reads what StatusStream.Api passes on of a backend, which may lack any field but the id.</summary>
internal static class PipelineJson
{
    /// <summary>A list of the backend's objects, or of bare ids. What has no valid id is left out.</summary>
    public static IReadOnlyList<PipelineView> List(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array) throw new JsonException("A list of pipelines was expected.");
        return [.. json.EnumerateArray().Select(One).OfType<PipelineView>().DistinctBy(pipeline => pipeline.Id, StringComparer.Ordinal)];
    }

    public static PipelineView? One(JsonElement json)
    {
        var id = json.ValueKind == JsonValueKind.String ? json.GetString() : Text(json, "pipeline_id");
        if (id is null || !PublicStatus.IsPipelineId(id)) return null;
        return new PipelineView(
            id, Text(json, "pipeline_name") ?? id, PublicStatus.Read(Text(json, "status")), Time(json, "updated_at"), Time(json, "created_at"));
    }

    /// <summary>The statuses of a <c>batch_update</c> by pipeline.</summary>
    public static IReadOnlyDictionary<string, string> Statuses(JsonElement batch)
    {
        var statuses = new Dictionary<string, string>(StringComparer.Ordinal);
        if (batch.ValueKind != JsonValueKind.Object || !batch.TryGetProperty("updates", out var updates)
            || updates.ValueKind != JsonValueKind.Array)
            throw new JsonException("A batch of statuses was expected.");
        foreach (var update in updates.EnumerateArray())
            if (Text(update, "pipelineId") is { } id) statuses[id] = PublicStatus.Read(Text(update, "status"));
        return statuses;
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static DateTimeOffset? Time(JsonElement json, string name) =>
        DateTimeOffset.TryParse(Text(json, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
