using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>What another hub says on a stream, whatever its type: docs/protocol.md describes all of it.</summary>
internal sealed record UpstreamEvent
{
    public const string Batch = "batch_update";
    public const string StatusUpdate = "status_update";
    public const string FieldsUpdate = "fields_update";
    public const string Error = "error";
    public const string Freshness = "freshness";
    public const string Stream = "stream";
    public const string ListChanged = "list_changed";

    private static readonly UpstreamEvent OfNoKnownType = new() { Type = "" };

    /// <summary>More milliseconds than any clock or lease has, and few enough to count with.</summary>
    private const long MostMilliseconds = 1L << 40;

    /// <summary>As of what it is said; null for what has no version.</summary>
    [JsonIgnore]
    public StatusVersion? Version { get; init; }

    public required string Type { get; init; }

    public long Timestamp { get; init; }

    public string? PipelineId { get; init; }

    public string? Status { get; init; }

    public string? Code { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Fields { get; init; }

    public IReadOnlyList<UpstreamItem>? Updates { get; init; }

    public long Revision { get; init; }

    public bool Partial { get; init; }

    /// <summary>True when the other hub may be behind what it was asked to catch up with.</summary>
    public bool Behind { get; init; }

    /// <summary>The handle, of <see cref="Stream"/>.</summary>
    [JsonPropertyName("stream")]
    public string? Handle { get; init; }

    /// <summary>When a lease was made, by the other hub's monotonic clock, in milliseconds.</summary>
    public long Clock { get; init; }

    /// <summary>How long everything that was told counts as confirmed, in milliseconds; null for what only tells the time.</summary>
    public long? ConfirmedFor { get; init; }

    /// <summary>Pipelines that are confirmed for a shorter time, in milliseconds.</summary>
    public IReadOnlyDictionary<string, long>? Except { get; init; }

    /// <summary>
    /// Reads an event by the type within: what it is called on the stream may be configured otherwise. One that a newer hub says, or
    /// something between, is of no known type, whatever it looks like.
    /// </summary>
    /// <param name="name">What it is called on the stream.</param>
    /// <param name="json">Its data.</param>
    /// <exception cref="JsonException">It is of a known type and makes no sense.</exception>
    public static UpstreamEvent Read(string name, ReadOnlySpan<byte> json)
    {
        try
        {
            var said = JsonSerializer.Deserialize(json, UpstreamJson.Default.UpstreamEvent) ?? throw new JsonException("null is not an event");
            return said.MakesSense ? said : throw new JsonException("a pipeline has no id, or a time is out of range");
        }
        catch (JsonException) when (!IsKnown(name) && !IsKnown(EventType.In(json)))
        {
            return OfNoKnownType;
        }
    }

    private bool MakesSense =>
        Updates?.Any(static item => item?.PipelineId is null) != true
        && IsTime(Clock) && IsTime(ConfirmedFor ?? 0) && Except?.Values.All(IsTime) != false;

    private static bool IsTime(long milliseconds) => milliseconds is >= 0 and <= MostMilliseconds;

    private static bool IsKnown(string? type) =>
        type is Batch or StatusUpdate or FieldsUpdate or Error or Freshness or Stream or ListChanged or SseParser.EventTypeDefault;
}

/// <summary>One pipeline of a batch.</summary>
/// <param name="PipelineId">The pipeline.</param>
/// <param name="Status">Its status.</param>
/// <param name="Fields">All of its fields; null for none.</param>
internal sealed record UpstreamItem(string PipelineId, string Status, IReadOnlyDictionary<string, JsonElement>? Fields = null);

/// <summary>A stream to be opened.</summary>
/// <param name="PipelineIds">What it is about at first, at least one.</param>
/// <param name="LastEventId">What was told before; null for nothing.</param>
/// <param name="Known">The hash of those whose status is known as of that; null for none.</param>
/// <param name="IsList">True to hear of changes of the list.</param>
internal sealed record UpstreamRequest(IReadOnlyList<string> PipelineIds, StatusVersion? LastEventId, ulong? Known, bool IsList);

/// <summary>A change of what a stream is about.</summary>
internal sealed record UpstreamChange
{
    public string? Stream { get; init; }

    public required long Revision { get; init; }

    public IReadOnlyList<string>? Add { get; init; }

    public IReadOnlyList<string>? Remove { get; init; }

    public IReadOnlyList<string>? Visible { get; init; }

    public string? LastEventId { get; init; }

    public string? Known { get; init; }

    public bool? List { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, GenerationMode = JsonSourceGenerationMode.Metadata, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UpstreamEvent))]
[JsonSerializable(typeof(UpstreamChange))]
[JsonSerializable(typeof(UpstreamNotification))]
internal sealed partial class UpstreamJson : JsonSerializerContext;
