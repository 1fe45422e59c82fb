using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PipelineAspire.StatusStream.Client;

/// <summary>The JSON on a <c>data:</c> line, whatever its type.</summary>
internal sealed record WireEvent(
    string? Type, long Timestamp, string? PipelineId, string? Status, string? PreviousStatus, string? Code, string? Message, IReadOnlyList<WireUpdate?>? Updates,
    bool Partial = false, IReadOnlyDictionary<string, JsonElement>? Fields = null)
{
    /// <summary>
    /// Reads an event; null when it is of a type that is not known here, whatever it looks like. By the type within: what the event is
    /// called on the stream may be configured otherwise.
    /// </summary>
    /// <param name="name">What it is called on the stream.</param>
    /// <param name="json">Its data.</param>
    /// <exception cref="JsonException">It is no event of the contract, and says or is called as if it were.</exception>
    public static ServerEvent? Read(string name, ReadOnlySpan<byte> json)
    {
        try
        {
            return Read(json);
        }
        catch (JsonException) when (!IsKnown(name) && !IsKnown(EventType.In(json)))
        {
            return null;
        }
    }

    private static ServerEvent? Read(ReadOnlySpan<byte> json)
    {
        var wire = JsonSerializer.Deserialize(json, WireJson.Default.WireEvent) ?? throw new JsonException("null is not an event");
        return wire.Type switch
        {
            "status_update" => new StatusUpdate(wire.At, Needed(wire.PipelineId), Needed(wire.Status), wire.PreviousStatus) { Fields = wire.Fields },
            "fields_update" => new FieldsUpdate(wire.At, Needed(wire.PipelineId), Needed(wire.Fields)),
            "batch_update" => new BatchUpdate(
                wire.At,
                [.. Needed(wire.Updates).Select(static update => new PipelineUpdate(Needed(update?.PipelineId), Needed(update?.Status)) { Fields = update!.Fields })])
            {
                IsPartial = wire.Partial,
            },
            "heartbeat" => new Heartbeat(wire.At),
            "error" => new StreamError(wire.At, Needed(wire.Code), wire.Message ?? "", wire.PipelineId),
            _ => null,
        };
    }

    private static bool IsKnown(string? type) =>
        type is "status_update" or "fields_update" or "batch_update" or "heartbeat" or "error" or SseParser.EventTypeDefault;

    private DateTimeOffset At
    {
        get
        {
            try
            {
                return DateTimeOffset.FromUnixTimeMilliseconds(Timestamp);
            }
            catch (ArgumentOutOfRangeException outOfRange)
            {
                throw new JsonException($"{Timestamp} is not a time", outOfRange);
            }
        }
    }

    private static T Needed<T>(T? value)
        where T : class => value ?? throw new JsonException("a member is missing");
}

/// <summary>One pipeline of a batch.</summary>
internal sealed record WireUpdate(string? PipelineId, string? Status, IReadOnlyDictionary<string, JsonElement>? Fields = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WireEvent))]
internal sealed partial class WireJson : JsonSerializerContext;
