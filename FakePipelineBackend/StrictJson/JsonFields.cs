using System.Text.Json;

namespace PipelineAspire.FakePipelineBackend.StrictJson;

/// <summary>
/// A JSON object read strictly: no property beside the known ones, every value of the right type and in its range.
/// Whatever is wrong becomes an <see cref="InvalidBodyException"/> that names the property by its path.
/// </summary>
public readonly struct JsonFields
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    private readonly JsonElement _object;
    private readonly string _path;

    private JsonFields(JsonElement element, string path, IReadOnlyList<string> known)
    {
        (_object, _path) = (element, path);
        if (element.ValueKind != JsonValueKind.Object) throw new InvalidBodyException($"{(path.Length == 0 ? "The body" : path)} must be a JSON object.");

        foreach (var property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name)) throw new InvalidBodyException($"{PathOf(property.Name)} is not known; known are {string.Join(", ", known)}.");
        }
    }

    /// <summary>Reads a whole request body and hands its fields to <paramref name="read"/>.</summary>
    /// <exception cref="InvalidBodyException">The body is not such an object.</exception>
    public static async Task<T> ReadAsync<T>(Stream body, IReadOnlyList<string> known, Func<JsonFields, T> read, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(body, Options, cancellationToken);
            return read(new JsonFields(document.RootElement, string.Empty, known));
        }
        catch (JsonException malformed)
        {
            throw new InvalidBodyException($"The body is not valid JSON: {malformed.Message}", malformed);
        }
        catch (InvalidOperationException unreadable)
        {
            // What JsonElement throws for text that is not Unicode, a lone surrogate say.
            throw new InvalidBodyException($"The body holds text that cannot be read: {unreadable.Message}", unreadable);
        }
    }

    public bool Has(string name) => _object.TryGetProperty(name, out _);

    /// <summary>A text or null; <paramref name="name"/> must be there.</summary>
    public string? RequiredTextOrNull(string name)
    {
        var element = Required(name);
        return element.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => element.GetString(),
            _ => throw Invalid(name, "must be a string or null"),
        };
    }

    public string RequiredText(string name) => Text(Required(name), name);

    public string? OptionalText(string name) => _object.TryGetProperty(name, out var element) ? Text(element, name) : null;

    public bool OptionalFlag(string name) => _object.TryGetProperty(name, out var element) && element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Invalid(name, "must be true or false"),
    };

    public int RequiredWholeNumber(string name, int min, int max) => WholeNumber(Required(name), name, min, max);

    public int? OptionalWholeNumber(string name, int min, int max) =>
        _object.TryGetProperty(name, out var element) ? WholeNumber(element, name, min, max) : null;

    /// <summary>A probability, 0 to 1.</summary>
    public double? OptionalRate(string name)
    {
        if (!_object.TryGetProperty(name, out var element)) return null;

        // Numbers too large for a double come out as infinity, which the range refuses.
        return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var rate) && rate is >= 0 and <= 1
            ? rate
            : throw Invalid(name, "must be a number from 0 to 1");
    }

    /// <summary>The object <paramref name="name"/>, which must be there; null stands for JSON's null.</summary>
    public JsonFields? RequiredObjectOrNull(string name, IReadOnlyList<string> known)
    {
        var element = Required(name);
        return element.ValueKind == JsonValueKind.Null ? null : new JsonFields(element, PathOf(name), known);
    }

    /// <summary>The objects of the array <paramref name="name"/>, of which there must be 1 to <paramref name="max"/>.</summary>
    public IReadOnlyList<JsonFields> RequiredObjects(string name, int max, IReadOnlyList<string> known)
    {
        var element = Required(name);
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() is var length && (length == 0 || length > max))
        {
            throw Invalid(name, $"must be an array of 1 to {max} objects");
        }

        var objects = new List<JsonFields>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray()) objects.Add(new JsonFields(item, $"{PathOf(name)}[{objects.Count}]", known));
        return objects;
    }

    /// <summary>The problem with the property <paramref name="name"/>.</summary>
    public InvalidBodyException Invalid(string name, string what) => new($"{PathOf(name)} {what}.");

    /// <summary>A problem with this object as a whole.</summary>
    public InvalidBodyException Invalid(string what) => new($"{(_path.Length == 0 ? "The body" : _path)} {what}.");

    private string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private JsonElement Required(string name) =>
        _object.TryGetProperty(name, out var element) ? element : throw Invalid(name, "is missing");

    private string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Invalid(name, "must be a string");

    private int WholeNumber(JsonElement element, string name, int min, int max) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : throw Invalid(name, $"must be a whole number from {min} to {max}");
}
