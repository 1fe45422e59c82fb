using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Finds the fields that streams may carry in what the backend says of a pipeline.</summary>
/// <param name="names">Paths like that of the status; a field is published under the name that it has here.</param>
/// <param name="logger">Hears once of each that is left out.</param>
internal sealed class BackendFieldReader(IEnumerable<string> names, ILogger? logger = null)
{
    /// <summary>The longest value, in bytes of compact JSON.</summary>
    public const int MaxValueBytes = 1024;

    private readonly string[] _names = [.. names];
    private readonly JsonPath[] _paths = [.. names.Select(JsonPath.Parse)];
    private readonly ConcurrentDictionary<string, bool> _logged = new(StringComparer.Ordinal);

    /// <summary>The fields; null when none is wanted.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">A name in it has an escape that is no character.</exception>
    public PipelineFields? Read(ReadOnlySpan<byte> json)
    {
        if (_names.Length == 0) return null;
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        var values = new byte[]?[_names.Length];
        for (var i = 0; i < values.Length; i++) values[i] = Read(_names[i], _paths[i].Find(document.RootElement));
        return new PipelineFields(_names, values);
    }

    private byte[]? Read(string name, JsonElement? found)
    {
        if (found is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } element) return null;
        if (element.ValueKind == JsonValueKind.Object) return LeaveOut(name, "it is an object: name a property in it");
        var value = JsonMarshal.GetRawUtf8Value(element);
        var compact = element.ValueKind == JsonValueKind.Array ? WithoutWhiteSpace(value) : value.ToArray();
        return compact.Length <= MaxValueBytes ? compact : LeaveOut(name, $"it is larger than {MaxValueBytes} bytes");
    }

    private byte[]? LeaveOut(string name, string reason)
    {
        if (logger is not null && _logged.TryAdd(name, true)) logger.FieldLeftOut(name, reason);
        return null;
    }

    private static byte[] WithoutWhiteSpace(ReadOnlySpan<byte> json)
    {
        var compact = new byte[json.Length];
        var (length, isInString, isEscaped) = (0, false, false);
        foreach (var character in json)
        {
            if (!isInString && character is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') continue;
            compact[length++] = character;
            if (character == '"' && !isEscaped) isInString = !isInString;
            isEscaped = isInString && character == '\\' && !isEscaped;
        }

        return compact[..length];
    }
}
