using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary><c>GET /ui-api/pipeline/status/stream</c></summary>
internal sealed class StreamEndpoint(
    StatusBroadcaster broadcaster,
    IStatusBackplane backplane,
    WatchList watchList,
    StreamRegistry streams,
    HeartbeatWheel heartbeats,
    StreamSilence silence,
    PollCadence cadence,
    SseFrames frames,
    StatusStreamMetrics metrics,
    IOptions<StreamingOptions> options,
    TimeProvider timeProvider,
    ILogger<StreamEndpoint> logger)
{
    public const string Path = "/ui-api/pipeline/status/stream";

    private const string EventStream = "text/event-stream";
    private const string LastEventIdQuery = "lastEventId";
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public async Task HandleAsync(HttpContext context)
    {
        if (Refuse(context, out var pipelineIds) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        try
        {
            await StreamAsync(context, pipelineIds);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The client left.
        }
        finally
        {
            streams.Leave();
        }
    }

    private IResult? Refuse(HttpContext context, out IReadOnlyList<string> pipelineIds)
    {
        pipelineIds = [];
        if (!AcceptHeader.Allows(context.Request, EventStream)) return Problems.NotAcceptable("an event stream");
        if (!PipelineIdsQuery.TryParse(context.Request.Query[PipelineIdsQuery.Name], options.Value.MaxPipelinesPerStream, out var parsed, out var refusal)) return refusal;
        pipelineIds = parsed;
        if (streams.TryEnter()) return null;
        return Problems.Unavailable(context, streams.IsDraining ? "This replica is shutting down." : "This replica serves as many streams as it may.", RetryAfter);
    }

    private async Task StreamAsync(HttpContext context, IReadOnlyList<string> pipelineIds)
    {
        watchList.Add(pipelineIds);
        Subscriber? subscriber = null;
        try
        {
            // Headers and first bytes go out before anything is waited for, so that onopen fires at once.
            await StartAsync(context);
            if (LastEventId(context.Request) is { } seen && !await backplane.CatchUpAsync(seen, context.RequestAborted)) broadcaster.Withhold(pipelineIds);
            subscriber = broadcaster.Subscribe(pipelineIds);
            await RunAsync(context, subscriber);
        }
        finally
        {
            if (subscriber is not null) broadcaster.Unsubscribe(subscriber);
            watchList.Remove(pipelineIds);
        }
    }

    private async Task RunAsync(HttpContext context, Subscriber subscriber)
    {
        var session = new StreamSession(context.Response.BodyWriter, subscriber, cadence, frames, metrics, timeProvider) { Silence = silence };
        streams.Add(session, context.Abort);
        try
        {
            using (heartbeats.Join(session)) await session.RunAsync(context.RequestAborted);
        }
        catch (ClientTooSlowException)
        {
            logger.ClientCutOff(StreamSession.WriteTimeout);
            context.Abort();
        }
        finally
        {
            streams.Remove(session);
            metrics.StatusesConflated(subscriber.Conflated);
        }
    }

    private static async Task StartAsync(HttpContext context)
    {
        // A stream is slow by nature; slow readers are watched by the session itself.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var response = context.Response;
        response.ContentType = EventStream;
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        if (HttpProtocol.IsHttp11(context.Request.Protocol)) response.Headers.Connection = "keep-alive";
        await response.BodyWriter.WriteAsync(SseFrames.Preamble, context.RequestAborted);
        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static StatusVersion? LastEventId(HttpRequest request)
    {
        var header = request.Headers["Last-Event-ID"].ToString();
        var text = header.Length > 0 ? header : request.Query[LastEventIdQuery].ToString();
        return StatusVersion.TryParse(text, out var version) ? version : null;
    }
}
