using System.Text.Json;

namespace PipelineAspire.StatusStream;

/// <summary>The type that the data of an event names, for whoever could make nothing else of it: linked by the relay, too.</summary>
internal static class EventType
{
    /// <summary>The type; null when there is none.</summary>
    /// <param name="json">The data of the event.</param>
    public static string? In(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // half a character is no text
        {
            return null;
        }
    }
}
