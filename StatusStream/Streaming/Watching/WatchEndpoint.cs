using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Http;

namespace PipelineAspire.StatusStream.Streaming.Watching;

/// <summary><c>POST status/stream/watch</c>: watch other pipelines without a new stream.</summary>
internal static class WatchEndpoint
{
    public const string Path = "/status/stream/watch";

    /// <summary>The largest body, in bytes.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    public static async Task<IResult> HandleAsync(
        HttpContext context, WatchedStreams streams, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var (body, refusal) = await RequestBody.ReadAsync(context, MaxBodyBytes);
        if (refusal is not null) return refusal;
        if (!WatchRequest.TryRead(body, out var request, out var problem)) return Problems.BadRequest(problem);
        var viewer = Viewer.Of(context);
        var answer = await streams.ChangeAsync(request, body, viewer, cancellationToken);
        return answer.Outcome switch
        {
            WatchOutcome.Accepted => Results.Json(
                new AcceptedWatch(answer.Revision, Viewer.ExpiresInMs(viewer.Expires, timeProvider.GetUtcNow())),
                WatchJson.Default.AcceptedWatch,
                statusCode: StatusCodes.Status202Accepted),
            WatchOutcome.OldRevision => Results.Problem(
                $"Revision {request.Change.Revision} is not above the last, {answer.Revision}.",
                statusCode: StatusCodes.Status409Conflict,
                extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["revision"] = answer.Revision }),
            WatchOutcome.TooManyPipelines => Problems.TooManyPipelines(answer.Pipelines, answer.MaxPipelines),
            WatchOutcome.TooOften => Problems.TooManyRequests(
                context, $"A stream may be changed {WatchRate.PerSecond} times a second.", TimeSpan.FromMilliseconds(answer.RetryAfterMs)),
            _ => Results.Problem(
                "No replica that can be reached has such a stream: open a new one.", statusCode: StatusCodes.Status404NotFound),
        };
    }
}
