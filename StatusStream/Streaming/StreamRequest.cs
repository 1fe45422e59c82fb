using Microsoft.Extensions.Primitives;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>What a client asked for.</summary>
/// <param name="PipelineIds">Which pipelines.</param>
/// <param name="LastEventId">What it has seen already.</param>
internal sealed record StreamRequest(IReadOnlyList<string> PipelineIds, StatusVersion? LastEventId)
{
    /// <summary>Who asks.</summary>
    public required Viewer Viewer { get; set; }

    /// <summary>Those pipelines whose status it knows as of <see cref="LastEventId"/>, as a <see cref="KnownPipelines.Hash"/>.</summary>
    public ulong? Known { get; init; }

    /// <summary>True when it wants to change later what it watches.</summary>
    public bool IsWatch { get; init; }

    /// <summary>True when it wants to hear which pipelines the backend's list shows.</summary>
    public bool IsList { get; init; }

    /// <summary>True when it wants to be told fields, too.</summary>
    public bool WantsFields { get; init; }

    /// <summary>True for a hub that passes the stream on: it is told how long what it was told counts as confirmed.</summary>
    public bool IsRelay { get; init; }

    public const string Path = "/status/stream";

    public const string EventStream = "text/event-stream";

    public const string LastEventIdHeader = "Last-Event-ID";

    private const string LastEventIdQuery = "lastEventId";
    private const string KnownQuery = "known";
    private const string WatchQuery = "watch";
    private const string ListQuery = "list";
    private const string FieldsQuery = "fields";
    private const string RelayQuery = "relay";
    private const string Yes = "1";

    /// <summary>Reads what else is asked for; what makes no sense is ignored.</summary>
    public static StreamRequest Read(Viewer viewer, IReadOnlyList<string> pipelineIds, HttpRequest request) =>
        new(pipelineIds, ReadLastEventId(request.Headers[LastEventIdHeader], request.Query))
        {
            Viewer = viewer,
            Known = KnownPipelines.TryParse(request.Query[KnownQuery].ToString(), out var known) ? known : null,
            IsWatch = request.Query[WatchQuery].ToString() == Yes,
            IsList = request.Query[ListQuery].ToString() == Yes,
            WantsFields = request.Query[FieldsQuery].ToString() == Yes,
            IsRelay = request.Query[RelayQuery].ToString() == Yes,
        };

    /// <summary>The header first, else the query; a senseless id is ignored.</summary>
    public static StatusVersion? ReadLastEventId(StringValues header, IQueryCollection query)
    {
        var text = header.ToString();
        if (text.Length == 0) text = query[LastEventIdQuery].ToString();
        return StatusVersion.TryParse(text, out var version) ? version : null;
    }
}
