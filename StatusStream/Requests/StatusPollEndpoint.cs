using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Streaming;

namespace PipelineAspire.StatusStream.Requests;

/// <summary><c>GET status?pipelineIds=…</c>: many pipelines in one request, the body of a <c>batch_update</c>.</summary>
internal static class StatusPollEndpoint
{
    public const string Path = "/status";

    public static async Task<IResult> HandleAsync(
        HttpContext context, PipelineAdmission admission, StatusSubscriptions subscriptions, IOptions<StreamingOptions> options,
        TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var query = context.Request.Query[PipelineIdsQuery.Name];
        if (!PipelineIdsQuery.TryParse(query, options.Value.MaxPipelinesPerStream, out var ids, out var refusal)) return refusal;
        var (tooMany, admitted) = await admission.AdmitPollAsync(context, ids, cancellationToken);
        if (tooMany is not null) return tooMany;
        var polled = await subscriptions.PollAsync(admitted, cancellationToken);

        // A status that no recent read confirms is left out: a poller has no other way to learn that it may be stale.
        var updates = polled
            .Where(pipeline => pipeline is { IsFresh: true, Record.HasPublicStatus: true })
            .Select(pipeline => new StatusItem(pipeline.PipelineId, pipeline.Record!.Status.GetValueOrDefault().Name()));
        var batch = new StatusBatch("batch_update", timeProvider.GetUtcNow().ToUnixTimeMilliseconds(), [.. updates]);
        return new JsonBytes(JsonSerializer.SerializeToUtf8Bytes(batch, StatusJson.Default.StatusBatch));
    }
}

/// <summary>The statuses of many pipelines.</summary>
/// <param name="Type">Always <c>batch_update</c>.</param>
/// <param name="Timestamp">When it was said, Unix milliseconds.</param>
/// <param name="Updates">The pipelines whose status a recent read confirms.</param>
internal sealed record StatusBatch(string Type, long Timestamp, IReadOnlyList<StatusItem> Updates);

/// <summary>One pipeline's status.</summary>
internal sealed record StatusItem(string PipelineId, string Status);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(StatusBatch))]
[JsonSerializable(typeof(NotifyBody))]
[JsonSerializable(typeof(AcceptedAction))]
[JsonSerializable(typeof(OfferedActions))]
internal sealed partial class StatusJson : JsonSerializerContext;
