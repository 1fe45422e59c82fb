using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Reads the backend's list of pipelines.</summary>
internal sealed class PipelineListingJson(PipelineBackendOptions options)
{
    private readonly JsonPath? _items = options.ListItemsProperty is { } property ? JsonPath.Parse(property) : null;

    /// <summary>What ids are called in lists: the configured name first.</summary>
    private readonly JsonPath[] _ids = [JsonPath.Parse(options.Batch.IdProperty), JsonPath.Parse("pipeline_id"), JsonPath.Parse("id")];

    /// <summary>The list, and the ids in it: names or numbers, of objects or by themselves. A list of another shape shows nobody what there is.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public PipelineListing Read(ReadOnlyMemory<byte> json, string? tag)
    {
        // A list that is not JSON must not be passed on as such.
        if (!Utf8.IsValid(json.Span)) throw new JsonException("The list is not UTF-8.");
        using var document = JsonDocument.Parse(json);
        var items = _items is null ? document.RootElement : _items.Find(document.RootElement) ?? default;
        if (items.ValueKind != JsonValueKind.Array) return new PipelineListing(json, PipelineIds: null, tag);
        var ids = items.EnumerateArray().Select(IdOf).OfType<string>().Where(static id => PipelineId.IsValid(id)).ToFrozenSet(StringComparer.Ordinal);
        return new PipelineListing(json, ids.Count > 0 || items.GetArrayLength() == 0 ? ids : null, tag);
    }

    private string? IdOf(JsonElement item)
    {
        try
        {
            return item.ValueKind switch
            {
                JsonValueKind.String => item.GetString(),
                JsonValueKind.Number => item.GetRawText(),
                JsonValueKind.Object => _ids
                    .Select(path => BackendStatusJson.ReadValue(JsonMarshal.GetRawUtf8Value(item), path))
                    .FirstOrDefault(static id => id is not null),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            return null; // an escape that is no character: such an item harms only itself
        }
    }
}
