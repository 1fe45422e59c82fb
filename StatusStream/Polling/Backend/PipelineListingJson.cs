using System.Buffers;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Reads the backend's list of pipelines.</summary>
internal sealed class PipelineListingJson(PipelineBackendOptions options)
{
    /// <summary>What ids are called in the lists that are passed on.</summary>
    private const string IdProperty = "pipeline_id";

    private readonly JsonPath? _items = options.ListItemsProperty is { } property ? JsonPath.Parse(property) : null;

    /// <summary>What ids are called in the backend's lists: the configured name first.</summary>
    private readonly JsonPath[] _ids = [JsonPath.Parse(options.Batch.IdProperty), JsonPath.Parse(IdProperty), JsonPath.Parse("id")];

    /// <summary>
    /// The list without what it is wrapped in, and the ids in it: names or numbers, of objects or by themselves. An object that calls
    /// its id by another name gets it as <c>pipeline_id</c>, too; all else is passed on byte for byte. Null is a list without items.
    /// </summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="BackendException">It is no list, or one in which nothing is a pipeline.</exception>
    public PipelineListing Read(ReadOnlyMemory<byte> json, string? tag)
    {
        // A list that is not JSON must not be passed on as such.
        if (!Utf8.IsValid(json.Span)) throw new JsonException("The list is not UTF-8.");
        using var document = JsonDocument.Parse(json);
        var found = _items is null ? document.RootElement : _items.Find(document.RootElement);
        if (found is { ValueKind: JsonValueKind.Null }) return new PipelineListing("[]"u8.ToArray(), FrozenSet<string>.Empty, tag);
        if (found is not { ValueKind: JsonValueKind.Array } items) throw ListShape.NoArray(document.RootElement, _items, found);
        var pipelines = items.EnumerateArray().Select(item => (Json: item, Id: IdOf(item))).ToList();
        var ids = pipelines.Select(pipeline => pipeline.Id).OfType<string>().ToFrozenSet(StringComparer.Ordinal);
        if (ids.Count == 0 && pipelines.Count > 0) throw ListShape.NoIds(pipelines.Count, _ids);
        if (pipelines.Any(NeedsId)) return new PipelineListing(WithIds(pipelines), ids, tag);
        return new PipelineListing(_items is null ? json : JsonMarshal.GetRawUtf8Value(items).ToArray(), ids, tag);
    }

    /// <summary>A list as <see cref="Read"/> gives it, without some of its pipelines, and without what is none.</summary>
    public PipelineListing Without(PipelineListing listing, IReadOnlySet<string> pipelineIds)
    {
        using var document = JsonDocument.Parse(listing.Json);
        var output = new ArrayBufferWriter<byte>(listing.Json.Length);
        output.Write("["u8);
        foreach (var item in document.RootElement.EnumerateArray())
        {
            if (IdOf(item) is not { } id || pipelineIds.Contains(id)) continue;
            if (output.WrittenCount > 1) output.Write(","u8);
            output.Write(JsonMarshal.GetRawUtf8Value(item));
        }

        output.Write("]"u8);
        return new PipelineListing(output.WrittenMemory, listing.PipelineIds.Where(id => !pipelineIds.Contains(id)).ToFrozenSet(StringComparer.Ordinal));
    }

    /// <summary>The pipeline's id in an item; null for none.</summary>
    private string? IdOf(JsonElement item)
    {
        try
        {
            var id = item.ValueKind switch
            {
                JsonValueKind.String => item.GetString(),
                JsonValueKind.Number => item.GetRawText(),
                JsonValueKind.Object => _ids
                    .Select(path => BackendStatusJson.ReadValue(JsonMarshal.GetRawUtf8Value(item), path))
                    .FirstOrDefault(static id => id is not null),
                _ => null,
            };
            return PipelineId.IsValid(id) ? id : null;
        }
        catch (InvalidOperationException)
        {
            return null; // an escape that is no character: such an item harms only itself
        }
    }

    private static bool NeedsId((JsonElement Json, string? Id) pipeline) =>
        pipeline is { Json.ValueKind: JsonValueKind.Object, Id: { } id }
        && !(pipeline.Json.TryGetProperty(IdProperty, out var told) && told.ValueKind switch
        {
            JsonValueKind.String => told.ValueEquals(id),
            JsonValueKind.Number => told.GetRawText() == id,
            _ => false,
        });

    private static ReadOnlyMemory<byte> WithIds(List<(JsonElement Json, string? Id)> pipelines)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var pipeline in pipelines)
        {
            output.Write(output.WrittenCount == 0 ? "["u8 : ","u8);
            var item = JsonMarshal.GetRawUtf8Value(pipeline.Json);
            if (!NeedsId(pipeline))
            {
                output.Write(item);
                continue;
            }

            // The last property of a name is the one that readers take.
            output.Write(item[..^1]);
            output.Write(Encoding.UTF8.GetBytes($",\"{IdProperty}\":\"{pipeline.Id}\"}}"));
        }

        output.Write("]"u8);
        return output.WrittenMemory;
    }
}
