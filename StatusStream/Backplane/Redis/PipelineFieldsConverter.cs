using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>Fields as an object: every name that was looked for, null for one that was not there.</summary>
internal sealed class PipelineFieldsConverter : JsonConverter<PipelineFields>
{
    /// <summary>The names of one record are mostly those of the next, which then shares them.</summary>
    private static string[] _lastNames = [];

    public override PipelineFields Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("fields are not an object");
        var names = new List<string>();
        var values = new List<byte[]?>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            names.Add(reader.GetString()!);
            reader.Read();
            values.Add(ReadValue(ref reader));
        }

        var known = Volatile.Read(ref _lastNames);
        if (!names.SequenceEqual(known, StringComparer.Ordinal)) Volatile.Write(ref _lastNames, known = [.. names]);
        return new PipelineFields(known, [.. values]);
    }

    public override void Write(Utf8JsonWriter writer, PipelineFields value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        for (var i = 0; i < value.Names.Count; i++)
        {
            writer.WritePropertyName(value.Names[i]);
            if (value[i] is { } json) writer.WriteRawValue(json, skipInputValidation: true);
            else writer.WriteNullValue();
        }

        writer.WriteEndObject();
    }

    private static byte[]? ReadValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        using var document = JsonDocument.ParseValue(ref reader);
        var json = JsonMarshal.GetRawUtf8Value(document.RootElement);

        // A line of its own would break the frame that carries it.
        return json.ContainsAny((byte)'\n', (byte)'\r') ? throw new JsonException("a field is not on one line") : json.ToArray();
    }
}
