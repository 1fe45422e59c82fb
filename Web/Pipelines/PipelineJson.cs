using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PipelineAspire.Web.Pipelines;

/// <summary>Reads what StatusStream.Api passes on of a backend, which may lack any field but the id.</summary>
internal static class PipelineJson
{
    /// <summary>A list of the backend's objects, or of bare ids, names or numbers. What has no valid id is left out.</summary>
    /// <exception cref="ListShapeException">It is no list, or nothing in it is a pipeline.</exception>
    public static IReadOnlyList<PipelineView> List(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array)
            throw new ListShapeException($"an array was expected, and it is {(json.ValueKind == JsonValueKind.Object ? "an object" : "a single value")}");
        List<PipelineView> pipelines =
            [.. json.EnumerateArray().Select(One).OfType<PipelineView>().DistinctBy(pipeline => pipeline.Id, StringComparer.Ordinal)];
        return pipelines.Count > 0 || json.GetArrayLength() == 0
            ? pipelines
            : throw new ListShapeException($"none of its items ({json.GetArrayLength()}) has a pipeline's id under 'pipeline_id'");
    }

    /// <summary>The pipeline that was asked for: a backend need not repeat its id.</summary>
    public static PipelineView Health(string id, JsonElement json) => new(
        id, Text(json, "pipeline_name") is { } name && HasInk(name) ? name : id,
        PublicStatus.Read(Text(json, "status")), Time(json, "updated_at"), Time(json, "created_at"));

    /// <summary>The statuses of a <c>batch_update</c> by pipeline.</summary>
    public static IReadOnlyDictionary<string, string> Statuses(JsonElement batch)
    {
        var statuses = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var update in Items(batch, "updates"))
            if (Text(update, "pipelineId") is { } id) statuses[id] = PublicStatus.Read(Text(update, "status"));
        return statuses;
    }

    /// <summary>The names of the actions that are offered.</summary>
    public static IReadOnlyList<string> Actions(JsonElement offered) =>
        [.. Items(offered, "actions").Select(String).OfType<string>()];

    private static PipelineView? One(JsonElement json)
    {
        var id = Id(json.ValueKind == JsonValueKind.Object && json.TryGetProperty("pipeline_id", out var named) ? named : json);
        return id is null || !PublicStatus.IsPipelineId(id) ? null : Health(id, json);
    }

    /// <summary>A number is an id by its own spelling, as everywhere.</summary>
    private static string? Id(JsonElement json) => json.ValueKind == JsonValueKind.Number ? json.GetRawText() : String(json);

    private static JsonElement.ArrayEnumerator Items(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray()
            : throw new JsonException($"There is no array '{name}'.");

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && String(value) is { Length: > 0 } text ? text : null;

    private static string? String(JsonElement json)
    {
        try
        {
            return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // an escape that is no character
        }
    }

    /// <summary>A name that shows nothing, blank or of formatting characters alone, could not be seen, heard or pressed.</summary>
    private static bool HasInk(string name) => name.EnumerateRunes().Any(static rune =>
        !Rune.IsWhiteSpace(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format));

    private static DateTimeOffset? Time(JsonElement json, string name) =>
        DateTimeOffset.TryParse(Text(json, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
