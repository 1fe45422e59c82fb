using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace PipelineAspire.StatusStream.Streaming.Direct;

/// <summary>A stream straight to the socket of a connection that was taken from the HTTP stack.</summary>
internal sealed class DirectStream
{
    private readonly ConnectionContext _connection;
    private volatile bool _isOver;

    private DirectStream(ConnectionContext connection) => _connection = connection;

    /// <summary>
    /// The connection of a request that may be answered straight to its socket: the first one of a plain HTTP/1.1
    /// connection, without a body, its answer written by nobody in between (no compression, say). Else null.
    /// </summary>
    public static HijackableConnection? ConnectionOf(HttpContext context) =>
        context.Features.Get<HijackableConnection>() is { } connection
            && context.Features.Get<IConnectionSocketFeature>() is not null
            && HttpProtocol.IsHttp11(context.Request.Protocol)
            && context.Features.Get<ITlsHandshakeFeature>() is null
            && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
            && ReferenceEquals(context.Features.Get<IHttpResponseBodyFeature>(), context.Features.Get<IHttpRequestLifetimeFeature>())
            && connection.TryKeepAnswer()
                ? connection
                : null;

    /// <summary>Runs a stream to its end, and the connection with it.</summary>
    /// <param name="connection">A connection with a socket, taken from the HTTP stack.</param>
    /// <param name="answer">The answer so far, with the headers.</param>
    /// <param name="run">Writes the events; given what takes them, what breaks the connection, and what tells of its end.</param>
    public static Task RunAsync(ConnectionContext connection, byte[] answer, Func<ChunkedSocketWriter, Action, CancellationToken, Task> run) =>
        new DirectStream(connection).RunAsync(answer, run);

    private Socket Socket => _connection.Features.Get<IConnectionSocketFeature>()!.Socket;

    private async Task RunAsync(byte[] answer, Func<ChunkedSocketWriter, Action, CancellationToken, Task> run)
    {
        var discarding = DiscardAsync();
        try
        {
            using var output = new ChunkedSocketWriter(Socket);
            if (!output.Begin(answer)) return;

            // Without the connection's logging scope, which would be restored for every event.
            var flow = ExecutionContext.SuppressFlow();
            var running = run(output, _connection.Abort, _connection.ConnectionClosed);
            flow.Undo();
            await running;
            output.End();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException && _connection.ConnectionClosed.IsCancellationRequested)
        {
            // The client left.
        }
        finally
        {
            _isOver = true;
            _connection.Transport.Input.CancelPendingRead();
            await discarding;
        }
    }

    /// <summary>Takes what the client still sends: only so is its leaving noticed whatever it sent.</summary>
    private async Task DiscardAsync()
    {
        var input = _connection.Transport.Input;
        try
        {
            while (!_isOver)
            {
                var read = await input.ReadAsync();
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return;
            }
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException)
        {
            // The connection is gone.
        }
    }
}
