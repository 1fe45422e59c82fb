using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace PipelineAspire.StatusStream.Http;

/// <summary>In which content codings a client takes an answer: RFC 9110, 12.5.3.</summary>
internal static class AcceptEncodingHeader
{
    /// <summary>The coding's name.</summary>
    public const string Gzip = "gzip";

    /// <summary>
    /// True when the client names gzip, or anything, and not the answer as it is with more weight. Without the header, or with one
    /// that cannot be read, the answer is as it is.
    /// </summary>
    public static bool PrefersGzip(StringValues acceptEncoding)
    {
        if (acceptEncoding.Count == 0 || !StringWithQualityHeaderValue.TryParseList(acceptEncoding, out var codings)) return false;
        var gzip = QualityOf(codings, Gzip) ?? QualityOf(codings, "x-gzip") ?? QualityOf(codings, "*") ?? 0;
        return gzip > 0 && gzip >= (QualityOf(codings, "identity") ?? 0);
    }

    private static double? QualityOf(IEnumerable<StringWithQualityHeaderValue> codings, string name)
    {
        foreach (var coding in codings)
        {
            if (coding.Value.Equals(name, StringComparison.OrdinalIgnoreCase)) return coding.Quality ?? 1;
        }

        return null;
    }
}
