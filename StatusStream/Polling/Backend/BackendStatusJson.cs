using System.Text.Json;
using System.Text.Unicode;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Reads the backend's JSON.</summary>
internal static class BackendStatusJson
{
    /// <summary>
    /// The value at <paramref name="path"/>: a string's text, a number's or boolean's own spelling; null when it is missing, null or not
    /// a single value.
    /// </summary>
    /// <exception cref="JsonException">The body is not one complete JSON object, or an array where the path begins with a place in one.</exception>
    public static string? ReadValue(ReadOnlySpan<byte> json, JsonPath path)
    {
        // The reader looks into no string that it is not asked for, but the whole body is passed on to polls.
        if (!Utf8.IsValid(json)) throw new JsonException("The body is not UTF-8.");
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || !(reader.TokenType == JsonTokenType.StartObject || (path.BeginsInArray && reader.TokenType == JsonTokenType.StartArray)))
            throw new JsonException(path.BeginsInArray ? "The body is neither a JSON array nor an object." : "The body is not a JSON object.");
        var found = path.Find(ref reader);

        // Reading on to the end refuses whatever follows the object.
        while (reader.Read())
        {
        }

        return found;
    }
}
