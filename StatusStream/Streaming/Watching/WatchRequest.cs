using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Streaming.Watching;

/// <summary>A request to watch other pipelines on a stream that is open.</summary>
/// <param name="Stream">The stream's handle.</param>
/// <param name="Change">What changes.</param>
/// <param name="List">Whether the stream is to tell of changes of the list; null when that stays as it is.</param>
internal sealed record WatchRequest(string Stream, WatchChange Change, bool? List)
{
    /// <summary>The largest revision: whole numbers above it are not exact in every client.</summary>
    private const long MaxRevision = (1L << 53) - 1;

    private const string Expected = """The body must be JSON like {"stream":"…","revision":1,"add":["orders"],"remove":["billing"],"visible":["orders"]}.""";

    /// <summary>Reads the body of a request, and says what is wrong with it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out WatchRequest? request, [NotNullWhen(false)] out string? problem)
    {
        request = null;
        if (Parse(json) is not { Stream: { Length: > 0 } stream } body)
        {
            problem = Expected;
            return false;
        }

        if (body.Revision is not (>= 1 and <= MaxRevision))
        {
            problem = $"revision must be a whole number from 1 to {MaxRevision}.";
            return false;
        }

        if (!AreValid(body.Add, out problem) || !AreValid(body.Remove, out problem) || !AreValid(body.Visible, out problem)) return false;
        var hasSeen = StatusVersion.TryParse(body.LastEventId, out var seen); // a senseless one is ignored, as in a query
        var change = new WatchChange(
            body.Revision.Value, [.. (body.Add ?? []).Distinct(StringComparer.Ordinal)], [.. (body.Remove ?? []).Distinct(StringComparer.Ordinal)],
            body.Visible?.ToHashSet(StringComparer.Ordinal))
        {
            LastEventId = hasSeen ? seen : null,
            Known = hasSeen && KnownPipelines.TryParse(body.Known, out var known) ? known : null,
        };
        request = new WatchRequest(stream, change, body.List);
        return true;
    }

    private static WatchBody? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, WatchJson.Default.WatchBody);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool AreValid(string[]? pipelineIds, [NotNullWhen(false)] out string? problem)
    {
        problem = Array.Find(pipelineIds ?? [], static id => !PipelineId.IsValid(id)) is { } malformed ? PipelineIdsQuery.Malformed(malformed) : null;
        if (problem is null && pipelineIds?.Contains(null) == true) problem = PipelineIdsQuery.Malformed("null");
        return problem is null;
    }
}

/// <summary>The body of a watch request.</summary>
/// <param name="Stream">The stream's handle.</param>
/// <param name="Revision">Above that of the request before.</param>
/// <param name="Add">Pipelines to watch.</param>
/// <param name="Remove">Pipelines to watch no longer.</param>
/// <param name="Visible">All that is on the screen now.</param>
/// <param name="List">Whether to tell of changes of the list.</param>
/// <param name="LastEventId">What the client has seen of the added pipelines.</param>
/// <param name="Known">Those of them whose status it knows as of that.</param>
internal sealed record WatchBody(
    string? Stream, long? Revision, string[]? Add = null, string[]? Remove = null, string[]? Visible = null, bool? List = null,
    string? LastEventId = null, string? Known = null);

/// <summary>The answer to a watch request that was accepted.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="ExpiresInMs">How long the credentials are good that it came with, in milliseconds; null for ever.</param>
internal sealed record AcceptedWatch(
    long Revision, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? ExpiresInMs = null);
