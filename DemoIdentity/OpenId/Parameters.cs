using System.Collections;
using Microsoft.Extensions.Primitives;

namespace PipelineAspire.DemoIdentity.OpenId;

/// <summary>The parameters of an OAuth request. An empty one counts as absent, and one that comes twice as none (RFC 6749, 3.1).</summary>
internal sealed class Parameters(IEnumerable<KeyValuePair<string, StringValues>> values) : IEnumerable<KeyValuePair<string, string>>
{
    private readonly Dictionary<string, StringValues> _values =
        values.Where(static pair => !StringValues.IsNullOrEmpty(pair.Value)).ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal);

    /// <summary>True when one came more than once.</summary>
    public bool HasRepeated => _values.Values.Any(static value => value.Count > 1);

    public string? this[string name] => _values.TryGetValue(name, out var value) && value.Count == 1 ? value.ToString() : null;

    /// <summary>Those of a form; null when the body is none that can be read.</summary>
    public static async Task<Parameters?> ReadFormAsync(HttpRequest request)
    {
        if (!request.HasFormContentType) return null;
        try
        {
            return new Parameters(await request.ReadFormAsync(request.HttpContext.RequestAborted));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() =>
        _values.Where(static pair => pair.Value.Count == 1).Select(static pair => KeyValuePair.Create(pair.Key, pair.Value.ToString())).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
