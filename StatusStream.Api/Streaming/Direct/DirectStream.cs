using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace PipelineAspire.StatusStream.Streaming.Direct;

/// <summary>One connection that serves a stream and then ends.</summary>
internal sealed class DirectStream(ConnectionContext connection, StreamRequest request)
{
    private volatile bool _isOver;

    public async Task RunAsync(StreamRunner runner, DateTimeOffset now)
    {
        var discarding = DiscardAsync();
        try
        {
            using var output = new ChunkedSocketWriter(Socket);
            if (!output.Begin(ResponseHead.Encode(now))) return;

            // Without the connection's logging scope, which would be restored for every event.
            var flow = ExecutionContext.SuppressFlow();
            var running = runner.RunAsync(request, output, connection.Abort, connection.ConnectionClosed);
            flow.Undo();
            await running;
            output.End();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException && connection.ConnectionClosed.IsCancellationRequested)
        {
            // The client left.
        }
        finally
        {
            _isOver = true;
            connection.Transport.Input.CancelPendingRead();
            await discarding;
        }
    }

    private Socket Socket => connection.Features.Get<IConnectionSocketFeature>()!.Socket;

    /// <summary>Takes what the client still sends, its request included: only so is its leaving noticed whatever it sent.</summary>
    private async Task DiscardAsync()
    {
        var input = connection.Transport.Input;
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
