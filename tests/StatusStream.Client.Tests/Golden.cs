using System.Text.Json;

namespace PipelineAspire.StatusStream.Client.Tests;

/// <summary>The wire examples that the server's tests read too.</summary>
internal static class Golden
{
    private static readonly JsonElement Document = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "stream-events.json"))).RootElement;

    public static string Preamble => Document.GetProperty("preamble").GetString()!;

    public static IReadOnlyList<string> Names =>
        [.. Document.GetProperty("events").EnumerateArray().Select(example => example.GetProperty("name").GetString()!)];

    /// <summary>The frame of an example, byte for byte.</summary>
    public static string Wire(string name) => Document.GetProperty("events").EnumerateArray().Concat(Document.GetProperty("onTop").EnumerateArray())
        .Single(example => example.GetProperty("name").GetString() == name).GetProperty("wire").GetString()!;
}
