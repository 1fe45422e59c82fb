using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Connections;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Streaming.Direct;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary><c>GET status/stream</c>: admits a stream, answers, and has it run, straight to its socket where that can be.</summary>
internal sealed class StreamEndpoint(
    StreamRegistry streams, StreamRunner runner, StreamLimits limits, Refusals refusals, StreamEncoding encoding, IOptions<StreamingOptions> options)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public async Task HandleAsync(HttpContext context)
    {
        if (Refuse(context, out var request, out var clientStream) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        HijackableConnection? kept = null;
        var isHandedOver = false;
        try
        {
            if (options.Value.DirectStreams) kept = DirectStream.TryKeepAnswer(context);
            var isGzip = encoding.IsGzip(context.Request);
            await StartAsync(context, isGzip);
            if (kept is null)
            {
                var output = encoding.Encode(context.Response.BodyWriter, isGzip, request!.WantsFields);
                await runner.RunAsync(request!, output, ClientOf(context.Connection), context.Abort, context.RequestAborted);
            }
            else
            {
                HandOver(kept, context, request!, isGzip, clientStream);
                isHandedOver = true;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The client left.
        }
        finally
        {
            if (!isHandedOver)
            {
                kept?.SendAnswer();
                Release(clientStream);
            }
        }
    }

    /// <summary>The request ends, the stream goes on.</summary>
    private void HandOver(HijackableConnection connection, HttpContext context, StreamRequest request, bool isGzip, ClientStream? clientStream)
    {
        // The request is gone by the time that the stream runs.
        var (slot, client) = (context.Features.Get<ConnectionSlot>(), ClientOf(context.Connection));
        slot?.Begin();
        var stream = new DirectStream(connection.Connection);
        var answer = connection.Hijack(async () =>
        {
            try
            {
                await stream.RunAsync((output, abort, aborted) =>
                    runner.RunAsync(request, encoding.Encode(output, isGzip, request.WantsFields), client, abort, aborted));
            }
            finally
            {
                slot?.End();
                Release(clientStream);
            }
        });
        stream.Begin(answer);
    }

    private void Release(ClientStream? clientStream)
    {
        clientStream?.Dispose();
        streams.Release();
    }

    private IResult? Refuse(HttpContext context, out StreamRequest? request, out ClientStream? clientStream)
    {
        (request, clientStream) = (null, null);
        if (!AcceptHeader.Allows(context.Request.Headers.Accept, StreamRequest.EventStream)) return Problems.NotAcceptable("an event stream");
        if (!PipelineIdsQuery.TryParse(context.Request.Query[PipelineIdsQuery.Name], options.Value.MaxPipelinesPerStream, out var pipelineIds, out var refusal))
        {
            return refusal;
        }

        request = StreamRequest.Read(Viewer.Of(context), pipelineIds, context.Request);
        if (streams.TryAdmit())
        {
            refusal = limits.Refuse(context, out clientStream);
            if (refusal is not null) streams.Release();
            return refusal;
        }

        if (streams.IsDraining) return Problems.Unavailable(context, "This replica is shutting down.", RetryAfter);
        refusals.Note(Limit.MaxStreams, ClientKey.Of(context));
        return Problems.Unavailable(context, "This replica serves as many streams as it may.", RetryAfter);
    }

    /// <summary>Headers and first bytes go out before anything is waited for, so that onopen fires at once.</summary>
    private static async Task StartAsync(HttpContext context, bool isGzip)
    {
        // A stream is slow by nature; slow readers are watched by the session itself.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();

        // Nor is it a request whose duration says anything: statusstream.streams counts it.
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics) metrics.MetricsDisabled = true;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var response = context.Response;
        response.ContentType = StreamRequest.EventStream;
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        if (HttpProtocol.IsHttp11(context.Request.Protocol) && !AsksToClose(context.Request)) response.Headers.Connection = "keep-alive";
        if (isGzip) (response.Headers.ContentEncoding, response.Headers.Vary) = (AcceptEncodingHeader.Gzip, HeaderNames.AcceptEncoding);
        await response.BodyWriter.WriteAsync(StreamEncoding.Preamble(isGzip), context.RequestAborted);
        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static IPEndPoint? ClientOf(ConnectionInfo connection) =>
        connection.RemoteIpAddress is { } address ? new IPEndPoint(address, connection.RemotePort) : null;

    private static bool AsksToClose(HttpRequest request) =>
        request.Headers.Connection.ToString().Split(',', StringSplitOptions.TrimEntries).Contains("close", StringComparer.OrdinalIgnoreCase);
}
