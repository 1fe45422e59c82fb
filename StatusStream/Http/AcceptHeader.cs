using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace PipelineAspire.StatusStream.Http;

/// <summary>What a client says it takes.</summary>
internal static class AcceptHeader
{
    /// <summary>
    /// True unless the Accept header excludes <paramref name="mediaType"/>: the most specific range that matches
    /// decides. Without the header, or with one that cannot be read, everything is accepted.
    /// </summary>
    public static bool Allows(StringValues accept, string mediaType)
    {
        if (accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(accept, out var ranges) || ranges.Count == 0) return true;
        var wanted = new MediaTypeHeaderValue(mediaType);
        var best = ranges.Where(range => wanted.IsSubsetOf(Bare(range))).MaxBy(Specificity);
        return best is not null && best.Quality.GetValueOrDefault(1) > 0;
    }

    private static MediaTypeHeaderValue Bare(MediaTypeHeaderValue range) => new(range.MediaType);

    private static int Specificity(MediaTypeHeaderValue range) => range switch
    {
        { MatchesAllTypes: true } => 0,
        { MatchesAllSubTypes: true } => 1,
        _ => 2,
    };
}
