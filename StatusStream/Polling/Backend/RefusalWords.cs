using System.Text.Json;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Reads why a backend refused something, in its own words.</summary>
internal static class RefusalWords
{
    /// <summary>How long they are at most, in characters.</summary>
    public const int MaxLength = 300;

    private static readonly JsonPath[] Places = [.. new[] { "detail", "message", "error.message", "error", "title" }.Select(JsonPath.Parse)];

    /// <summary>A text under one of the usual names in a JSON object, on one line and not too long; null for none. A page of HTML says nothing.</summary>
    public static string? Read(ReadOnlySpan<byte> body)
    {
        foreach (var place in Places)
        {
            try
            {
                if (Tidy(BackendStatusJson.ReadValue(body, place)) is { } words) return words;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                return null; // no JSON, or an escape that is no character
            }
        }

        return null;
    }

    private static string? Tidy(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        line = string.Concat(line.Where(static c => !char.IsControl(c)));
        if (line.Length <= MaxLength) return line;
        var end = char.IsHighSurrogate(line[MaxLength - 2]) ? MaxLength - 2 : MaxLength - 1;
        return line[..end] + "…";
    }
}
