using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>Reads the backend's health JSON.</summary>
internal static class BackendStatusJson
{
    /// <summary>
    /// The value of the top-level property <paramref name="name"/>, ignoring case: a string's text, a number's or
    /// boolean's own spelling; null when it is missing, null or not a single value.
    /// </summary>
    /// <exception cref="JsonException">The body is not one complete JSON object.</exception>
    public static string? ReadProperty(ReadOnlySpan<byte> json, string name)
    {
        // The reader looks into no string that it is not asked for, but the whole body is passed on to polls.
        if (!Utf8.IsValid(json)) throw new JsonException("The body is not UTF-8.");
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("The body is not a JSON object.");
        string? found = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var matches = string.Equals(reader.GetString(), name, StringComparison.OrdinalIgnoreCase);
            reader.Read();
            if (matches) found = ReadScalar(ref reader);
            reader.Skip();
        }

        // Reading on to the end refuses whatever follows the object.
        while (reader.Read())
        {
        }

        return found;
    }

    private static string? ReadScalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Encoding.UTF8.GetString(reader.ValueSpan),
        _ => null,
    };
}
