using Microsoft.Extensions.Primitives;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>What a client asked for.</summary>
/// <param name="Client">Who asks.</param>
/// <param name="PipelineIds">Which pipelines.</param>
/// <param name="LastEventId">What it has seen already.</param>
internal sealed record StreamRequest(ClientKey Client, IReadOnlyList<string> PipelineIds, StatusVersion? LastEventId)
{
    public const string Path = "/ui-api/pipeline/status/stream";

    public const string EventStream = "text/event-stream";

    public const string LastEventIdHeader = "Last-Event-ID";

    private const string LastEventIdQuery = "lastEventId";

    /// <summary>The header first, else the query; a senseless id is ignored.</summary>
    public static StatusVersion? ReadLastEventId(StringValues header, IQueryCollection query)
    {
        var text = header.ToString();
        if (text.Length == 0) text = query[LastEventIdQuery].ToString();
        return StatusVersion.TryParse(text, out var version) ? version : null;
    }
}
