using System.Collections.Frozen;
using System.Text.Json;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Reads the backend's list of pipelines.</summary>
internal static class PipelineListingJson
{
    /// <summary>What ids are called in lists, beside the configured name.</summary>
    private static readonly string[] IdNames = ["pipeline_id", "id"];

    /// <summary>The list, and the ids in it: names or numbers, of objects or by themselves. A list of another shape has none.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static PipelineListing Read(ReadOnlyMemory<byte> json, PipelineBackendOptions options, string? tag)
    {
        using var document = JsonDocument.Parse(json); // a list that is not JSON must not be passed on as such
        var items = document.RootElement;
        foreach (var segment in options.ListItemsProperty is { } path ? JsonPath.Parse(path).Segments : []) items = Find(items, segment) ?? default;
        if (items.ValueKind != JsonValueKind.Array) return new PipelineListing(json, PipelineIds: null, tag);
        var ids = items.EnumerateArray().Select(item => IdOf(item, options)).OfType<string>().Where(static id => PipelineId.IsValid(id));
        var known = ids.ToFrozenSet(StringComparer.Ordinal);
        var isUnderstood = known.Count > 0 || items.GetArrayLength() == 0;
        return new PipelineListing(json, isUnderstood ? known : null, tag);
    }

    private static string? IdOf(JsonElement item, PipelineBackendOptions options)
    {
        if (Scalar(item) is { } plain) return plain;
        return JsonPath.Parse(options.Batch.IdProperty).Segments.Aggregate<string, JsonElement?>(item, (found, segment) => found is { } inner ? Find(inner, segment) : null) is { } id
            ? Scalar(id)
            : IdNames.Select(name => Find(item, name) is { } other ? Scalar(other) : null).FirstOrDefault(found => found is not null);
    }

    private static string? Scalar(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetRawText(),
        _ => null,
    };

    private static JsonElement? Find(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object) return null;
        foreach (var property in element.EnumerateObject())
        {
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase)) return property.Value;
        }

        return null;
    }
}
