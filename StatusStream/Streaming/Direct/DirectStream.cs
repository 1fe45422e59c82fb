using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace PipelineAspire.StatusStream.Streaming.Direct;

/// <summary>A stream straight to the socket of a connection that was taken from the HTTP stack.</summary>
/// <param name="connection">The connection.</param>
internal sealed class DirectStream(ConnectionContext connection)
{
    /// <summary>A client that sends more than this during its stream is no client of ours, in bytes.</summary>
    private const long MostDiscarded = 1024 * 1024;

    private readonly Socket _socket = connection.Features.Get<IConnectionSocketFeature>()!.Socket;
    private volatile bool _isOver;

    /// <summary>
    /// The connection of a request that may be answered straight to its socket: the first one of a plain HTTP/1.1
    /// connection, without a body, its answer written by nobody in between (no compression, say). Else null. What is answered
    /// from then on is kept.
    /// </summary>
    public static HijackableConnection? TryKeepAnswer(HttpContext context) =>
        context.Features.Get<HijackableConnection>() is { } connection
            && context.Features.Get<IConnectionSocketFeature>() is not null
            && HttpProtocol.IsHttp11(context.Request.Protocol)
            && context.Features.Get<ITlsHandshakeFeature>() is null
            && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
            && ReferenceEquals(context.Features.Get<IHttpResponseBodyFeature>(), context.Features.Get<IHttpRequestLifetimeFeature>())
            && connection.TryKeepAnswer()
                ? connection
                : null;

    /// <summary>Sends the head of the answer; a client that is gone is noticed when the stream runs.</summary>
    public void Begin(byte[] answer)
    {
        using var output = new ChunkedSocketWriter(_socket);
        _isOver = !output.Begin(answer);
    }

    /// <summary>Runs a stream to its end, and the connection with it.</summary>
    /// <param name="run">Writes the events; given what takes them, what breaks the connection, and what tells of its end.</param>
    public async Task RunAsync(Func<ChunkedSocketWriter, Action, CancellationToken, Task> run)
    {
        if (_isOver) return;
        var discarding = DiscardAsync();
        try
        {
            using var output = new ChunkedSocketWriter(_socket);

            // Without the connection's logging scope, which would be restored for every event.
            var flow = ExecutionContext.SuppressFlow();
            var running = run(output, connection.Abort, connection.ConnectionClosed);
            flow.Undo();
            await running;
            output.End();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The client left, or was sent away.
        }
        finally
        {
            _isOver = true;
            connection.Transport.Input.CancelPendingRead();
            await discarding;
        }
    }

    /// <summary>Takes what the client still sends: only so is its leaving noticed whatever it sent.</summary>
    private async Task DiscardAsync()
    {
        var input = connection.Transport.Input;
        try
        {
            for (var discarded = 0L; !_isOver;)
            {
                var read = await input.ReadAsync();
                discarded += read.Buffer.Length;
                input.AdvanceTo(read.Buffer.End);
                if (discarded > MostDiscarded) connection.Abort();
                if (read.IsCompleted) return;
            }
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException or SocketException)
        {
            // The connection is gone.
        }
    }
}
