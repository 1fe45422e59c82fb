using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PipelineAspire.EndToEnd.Tests.Running;

/// <summary>
/// Stands between clients and a server: counts the streams that reach the server, cuts them, and lets nothing through
/// when told so.
/// </summary>
internal sealed class StreamRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ends = new();
    private readonly ConcurrentDictionary<Socket, bool> _connections = new();
    private readonly Task _accepting;
    private Uri? _target;
    private int _streams;
    private int _open;

    public StreamRelay()
    {
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Streams open at the server now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Streams ever asked for.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>Whether requests for streams are dropped.</summary>
    public bool RefusesStreams { get; set; }

    /// <summary>Whether every connection is dropped.</summary>
    public bool RefusesAll { get; set; }

    public void LeadTo(Uri target) => _target = target;

    /// <summary>Ends every connection, in the middle of what it is saying.</summary>
    public void Cut()
    {
        foreach (var socket in _connections.Keys) socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting.WaitAsync(Bounded.Patience);
        _ends.Dispose();
    }

    private async Task AcceptAsync()
    {
        var relays = new ConcurrentBag<Task>();
        try
        {
            while (true) relays.Add(RelayAsync(await _listener.AcceptSocketAsync(_ends.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The tests are over.
        }

        await Task.WhenAll(relays);
    }

    private async Task RelayAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _connections[client] = _connections[server] = true;
        var streams = false;
        try
        {
            await server.ConnectAsync(_target!.Host, _target.Port, _ends.Token);
            var answers = CopyAsync(server, client, _ => true);
            await CopyAsync(client, server, request =>
            {
                var asksForStream = request.StartsWith("GET /ui-api/pipeline/status/stream?"u8);
                if (RefusesAll || (RefusesStreams && asksForStream)) return false;
                // A connection that is free again may serve any other request.
                if (streams) Interlocked.Decrement(ref _open);
                streams = asksForStream;
                if (!streams) return true;
                Interlocked.Increment(ref _open);
                Interlocked.Increment(ref _streams);
                return true;
            });
            server.Dispose();
            await answers;
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side has gone: so does the other.
        }
        finally
        {
            client.Dispose();
            _connections.TryRemove(client, out _);
            _connections.TryRemove(server, out _);
            if (streams) Interlocked.Decrement(ref _open);
        }
    }

    /// <summary>Passes on what comes, until it ends or is refused; a request comes in one piece here, and has no body.</summary>
    private async Task CopyAsync(Socket from, Socket to, Predicate<ReadOnlySpan<byte>> passes)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _ends.Token) is > 0 and var read && passes(buffer.AsSpan(0, read)))
            {
                await to.SendAsync(buffer.AsMemory(0, read), _ends.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side has gone: so does the other.
        }

        from.Dispose();
        to.Dispose();
    }
}
