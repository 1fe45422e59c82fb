using System.Globalization;
using System.Text.Json;

namespace PipelineAspire.StatusStream.Client;

/// <summary>What <see cref="StatusStreamClient.WatchAsync"/> tells: what the server said, or what became of the connection.</summary>
public abstract record StatusEvent;

/// <summary>Something the server said.</summary>
/// <param name="Timestamp">When, by the server's clock, to the millisecond.</param>
public abstract record ServerEvent(DateTimeOffset Timestamp) : StatusEvent;

/// <summary>
/// The statuses of several pipelines: the first event of every connection, and again for those pipelines whose statuses
/// may have been missed or whose episode of errors is over, and for all of them when the server can vouch again after
/// <see cref="StreamError.PollingStalled"/>. It takes the place of what was known of them.
/// </summary>
/// <param name="Timestamp">When, by the server's clock.</param>
/// <param name="Updates">The pipelines whose status is known; may be empty.</param>
public sealed record BatchUpdate(DateTimeOffset Timestamp, IReadOnlyList<PipelineUpdate> Updates) : ServerEvent(Timestamp)
{
    /// <summary>True on the wire for one that holds only what the client does not know; a program is told all.</summary>
    internal bool IsPartial { get; init; }

    /// <summary>Names each pipeline with its status, for logs.</summary>
    public override string ToString()
    {
        var updates = string.Join(", ", Updates.Select(static update => $"{update.PipelineId} is {update.Status}"));
        return string.Create(CultureInfo.InvariantCulture, $"BatchUpdate {{ Timestamp = {Timestamp}, Updates = [{updates}] }}");
    }
}

/// <summary>One status in a <see cref="BatchUpdate"/>.</summary>
/// <param name="PipelineId">The pipeline.</param>
/// <param name="Status">Its public status, <c>active</c> for instance; take one you do not know for <c>unknown</c>.</param>
public sealed record PipelineUpdate(string PipelineId, string Status)
{
    /// <summary>
    /// All that the backend says beside the status, as far as the server passes it on; null for nothing, and unless
    /// <see cref="StatusStreamClientOptions.Fields"/> asks for it.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement>? Fields { get; init; }
}

/// <summary>The status of one pipeline changed.</summary>
/// <param name="Timestamp">When it was observed, by the server's clock.</param>
/// <param name="PipelineId">The pipeline.</param>
/// <param name="Status">Its public status, <c>paused</c> for instance; take one you do not know for <c>unknown</c>.</param>
/// <param name="PreviousStatus">What this connection was told before; null when it was told nothing.</param>
public sealed record StatusUpdate(DateTimeOffset Timestamp, string PipelineId, string Status, string? PreviousStatus) : ServerEvent(Timestamp)
{
    /// <summary>
    /// The fields that changed, of kind <see cref="JsonValueKind.Null"/> for one that is gone (JSON Merge Patch, RFC 7396); null for none.
    /// Without <see cref="PreviousStatus"/> they are all there are.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement>? Fields { get; init; }
}

/// <summary>Fields of one pipeline changed, and its status did not: only where <see cref="StatusStreamClientOptions.Fields"/> asks for them.</summary>
/// <param name="Timestamp">When it was observed, by the server's clock.</param>
/// <param name="PipelineId">The pipeline.</param>
/// <param name="Fields">Those that changed, of kind <see cref="JsonValueKind.Null"/> for one that is gone (JSON Merge Patch, RFC 7396).</param>
public sealed record FieldsUpdate(DateTimeOffset Timestamp, string PipelineId, IReadOnlyDictionary<string, JsonElement> Fields) : ServerEvent(Timestamp);

/// <summary>
/// The server cannot say the status of a pipeline, can vouch for none at the moment, or is about to end the connection.
/// The client goes on by itself.
/// </summary>
/// <param name="Timestamp">When, by the server's clock.</param>
/// <param name="Code">One of the constants here, or one of a newer server.</param>
/// <param name="Message">The same for people.</param>
/// <param name="PipelineId">The pipeline it is about; null when it is about the whole stream.</param>
public sealed record StreamError(DateTimeOffset Timestamp, string Code, string Message, string? PipelineId) : ServerEvent(Timestamp)
{
    /// <summary>The backend has no such pipeline.</summary>
    public const string PipelineNotFound = "pipeline_not_found";

    /// <summary>The backend could not be read for this pipeline; a <see cref="BatchUpdate"/> follows when it can again.</summary>
    public const string BackendUnavailable = "backend_unavailable";

    /// <summary>
    /// The server cannot confirm any status at the moment: everything told before is in doubt until the next
    /// <see cref="BatchUpdate"/>, which names what is confirmed again; a <see cref="StatusUpdate"/> meanwhile confirms its
    /// own pipeline. The connection stays, and a <see cref="Heartbeat"/> confirms nothing.
    /// </summary>
    public const string PollingStalled = "polling_stalled";

    /// <summary>The pipeline is not watched: this client, or all together, watch as many as they may. The message names the limit.</summary>
    public const string TooManyPipelines = "too_many_pipelines";

    /// <summary>The replica goes away and ends the stream; the client connects to another at once.</summary>
    public const string ServerDraining = "server_draining";

    /// <summary>
    /// The credentials have run out, and the server ends the stream. The client connects once more at once, with a fresh token of
    /// <see cref="StatusStreamClientOptions.AccessToken"/>; when that is refused, the watch ends by a <see cref="StatusStreamSignedOutException"/>.
    /// </summary>
    public const string SignedOut = "signed_out";
}

/// <summary>The connection lives. Nothing changed either, as far as the server can tell: see <see cref="StreamError.PollingStalled"/>.</summary>
/// <param name="Timestamp">When, by the server's clock.</param>
public sealed record Heartbeat(DateTimeOffset Timestamp) : ServerEvent(Timestamp);

/// <summary>Connected: the server accepted the stream. Its first <see cref="BatchUpdate"/> is still to come.</summary>
public sealed record ConnectionOpened : StatusEvent;

/// <summary>The connection failed, or ended. What is known may be out of date until the next <see cref="BatchUpdate"/>.</summary>
/// <param name="Reason">Why, for people and logs.</param>
/// <param name="Failures">How many times in a row without a healthy stream between, this one included; credentials that ran out are no failure.</param>
/// <param name="RetryIn">After how long the client tries again.</param>
public sealed record ConnectionLost(string Reason, int Failures, TimeSpan RetryIn) : StatusEvent;
