using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>
/// Where a value is in the backend's JSON: names of properties joined by dots, ignoring case, with numbers for places in arrays
/// (<c>status.phase</c>, <c>dag_runs.0.state</c>). A property whose own name has the dots is found too.
/// </summary>
internal sealed class JsonPath
{
    private readonly string[] _rests;

    private JsonPath(string[] segments)
    {
        Segments = segments;
        _rests = [.. segments.Select((_, i) => string.Join('.', segments[i..]))];
    }

    /// <summary>The names, from the outermost on.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>True when it begins with a place in an array.</summary>
    public bool BeginsInArray => Segments.Count > 1 && IsPlace(Segments[0], out _);

    /// <summary>True when the text is a path: no name in it is empty.</summary>
    public static bool IsValid(string? text) => !string.IsNullOrWhiteSpace(text) && text.Split('.').All(segment => !string.IsNullOrWhiteSpace(segment));

    public static JsonPath Parse(string text) => new(text.Split('.'));

    /// <summary>Where a property leads that is found after <paramref name="depth"/> names: how many names are found then; null for astray.</summary>
    public int? Into(int depth, string? property)
    {
        if (depth == Segments.Count) return null;
        if (IsSame(property, _rests[depth])) return Segments.Count;
        return IsSame(property, Segments[depth]) ? depth + 1 : null;
    }

    /// <summary>The same for a place in an array.</summary>
    public int? Into(int depth, int place) => depth < Segments.Count && IsPlace(Segments[depth], out var wanted) && wanted == place ? depth + 1 : null;

    public override string ToString() => _rests[0];

    /// <summary>
    /// The single value at the path: a string's text, a number's or boolean's own spelling; null when there is none. The reader stands
    /// on the first token of the value to look into, and afterwards on its last.
    /// </summary>
    public string? Find(ref Utf8JsonReader reader) => Find(ref reader, 0);

    /// <summary>Whatever is at the path; null when nothing is.</summary>
    public JsonElement? Find(JsonElement element) => Find(element, 0);

    private string? Find(ref Utf8JsonReader reader, int depth)
    {
        if (depth == Segments.Count) return ReadScalar(ref reader);
        if (reader.TokenType == JsonTokenType.StartObject) return FindInObject(ref reader, depth);
        if (reader.TokenType == JsonTokenType.StartArray) return FindInArray(ref reader, depth);
        return null;
    }

    private string? FindInObject(ref Utf8JsonReader reader, int depth)
    {
        string? found = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var next = Into(depth, reader.GetString());
            reader.Read();
            if (next == Segments.Count) found = ReadScalar(ref reader);
            else if (next is { } deeper) found = Find(ref reader, deeper) ?? found;
            else reader.Skip();
        }

        return found;
    }

    private string? FindInArray(ref Utf8JsonReader reader, int depth)
    {
        string? found = null;
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (Into(depth, i) is { } deeper) found = Find(ref reader, deeper);
            else reader.Skip();
        }

        return found;
    }

    private JsonElement? Find(JsonElement element, int depth)
    {
        if (depth == Segments.Count) return element;
        JsonElement? found = null;
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                if (Into(depth, property.Name) is { } deeper) found = Find(property.Value, deeper) ?? found;
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            var place = 0;
            foreach (var item in element.EnumerateArray())
            {
                if (Into(depth, place++) is { } deeper) found = Find(item, deeper);
            }
        }

        return found;
    }

    private static string? ReadScalar(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                return Encoding.UTF8.GetString(reader.ValueSpan);
            default:
                reader.Skip();
                return null;
        }
    }

    private static bool IsPlace(string segment, out int place) => int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out place);

    private static bool IsSame(string? a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
