using System.Globalization;
using System.Security.Cryptography;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>
/// Names a list: which pipelines it shows, and what it says of them. Statuses and times change all the time, so that whoever wants to
/// hear of created and deleted pipelines is told the first part alone.
/// </summary>
/// <param name="Set">The pipelines.</param>
/// <param name="Content">All that is said of them.</param>
internal sealed record ListTag(string Set, string Content)
{
    private const int ContentBytes = 8;

    /// <summary>Both parts, as an entity tag has them.</summary>
    public string Whole => $"{Set}.{Content}";

    /// <summary>Names a set of pipelines.</summary>
    public static string SetOf(IReadOnlyCollection<string> pipelineIds) =>
        KnownPipelines.Hash(pipelineIds).ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The tag of a list.</summary>
    public static ListTag Of(PipelineListing listing) => new(
        SetOf(listing.PipelineIds),
        Convert.ToHexStringLower(SHA256.HashData(listing.Json.Span).AsSpan(0, ContentBytes)));
}
