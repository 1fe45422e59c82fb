using System.Text.Json;

namespace PipelineAspire.StatusStream.Tests.Hosting;

/// <summary>contracts/stream-events.json, the examples that the tests of both languages read.</summary>
internal static class GoldenFile
{
    private static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "stream-events.json"))).RootElement;

    public static string Preamble => Root.GetProperty("preamble").GetString()!;

    public static IReadOnlyList<string> Statuses => [.. Root.GetProperty("statuses").EnumerateArray().Select(status => status.GetString()!)];

    public static IReadOnlyDictionary<string, string> BackendStatuses =>
        Root.GetProperty("backendStatuses").EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!, StringComparer.Ordinal);

    public static IReadOnlyList<string> EventNames => [.. Examples.Select(example => example.GetProperty("name").GetString()!)];

    /// <summary>Sets of ids, joined by commas, and what names them in a query.</summary>
    public static IReadOnlyDictionary<string, string> Known =>
        Root.GetProperty("known").EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!, StringComparer.Ordinal);

    /// <summary>The example of this name.</summary>
    public static JsonElement Event(string name) => Examples.Single(example => example.GetProperty("name").GetString() == name);

    private static IEnumerable<JsonElement> Examples =>
        [.. Root.GetProperty("events").EnumerateArray(), .. Root.GetProperty("onTop").EnumerateArray(), .. Root.GetProperty("relay").EnumerateArray()];
}
