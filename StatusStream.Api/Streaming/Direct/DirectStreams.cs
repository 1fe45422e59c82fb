using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Options;
using PipelineAspire.ServiceDefaults.Connections;

namespace PipelineAspire.StatusStream.Streaming.Direct;

/// <summary>
/// Streams that stand in front of the HTTP stack: a plain HTTP/1.1 connection whose first request is a flawless one for
/// a stream is answered here, its bytes going straight to its socket. Everything else (TLS, HTTP/2, other requests,
/// requests to refuse) is handed on untouched, so that there is one place that says no.
/// </summary>
internal sealed class DirectStreams(StreamRegistry streams, StreamRunner runner, IOptions<StreamingOptions> options, IConfiguration configuration, TimeProvider timeProvider)
{
    // Hosts are filtered in the HTTP stack.
    private readonly bool _isOn = options.Value.DirectStreams && configuration["AllowedHosts"] is null or "" or "*";

    /// <summary>Takes a connection, or hands it on.</summary>
    public Task ServeAsync(ConnectionContext connection, ConnectionDelegate next) =>
        _isOn && connection.Features.Get<IConnectionSocketFeature>() is not null ? PeekAsync(connection, next) : next(connection);

    private async Task PeekAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var peek = new RequestPeek(connection.Transport.Input, timeProvider);
        if (await peek.HeadAsync() is { } head && head.ToStreamRequest(options.Value.MaxPipelinesPerStream) is { } request && streams.TryEnter())
        {
            var place = connection.Features.Get<ConnectionPlace>();
            place?.Begin();
            try
            {
                await new DirectStream(connection, request).RunAsync(runner, timeProvider.GetUtcNow());
            }
            finally
            {
                place?.End();
                streams.Leave();
            }
        }
        else
        {
            await next(connection);
        }
    }
}
