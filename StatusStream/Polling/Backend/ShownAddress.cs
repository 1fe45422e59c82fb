namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>An address as a refusal of it may show it: whoever reads the log need not know its password.</summary>
internal static class ShownAddress
{
    private const string Hidden = "***";

    /// <summary>What was set, with name and password and the query hidden, whether it is an address or not.</summary>
    public static string Of(string? text)
    {
        var shown = text ?? "";
        var query = shown.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0) shown = shown[..(query + 1)] + Hidden;
        var scheme = shown.IndexOf("://", StringComparison.Ordinal);
        var authority = scheme < 0 ? 0 : scheme + "://".Length;
        var end = shown.LastIndexOf('@');
        return end < authority ? shown : shown[..authority] + Hidden + shown[end..];
    }
}
