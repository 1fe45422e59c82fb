using System.Net;
using System.Net.Sockets;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>Stands between a replica and its server, and can cut it off.</summary>
internal sealed class TcpProxy(int target) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private Task _accepting = Task.CompletedTask;
    private bool _isCut;

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Start()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Breaks every connection, and every new one at once.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _isCut = true;
            foreach (var socket in _sockets) socket.Dispose();
            _sockets.Clear();
        }
    }

    /// <summary>Lets connections through again.</summary>
    public void Mend()
    {
        lock (_gate) _isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Cut();
        await _accepting.WaitAsync(Bounded.Patience);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ConnectAsync(await _listener.AcceptAsync());
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ConnectAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.NoDelay = server.NoDelay = true;
        if (!Keep(client, server)) return;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, target);
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // The server is away, or the connection was cut.
        }

        client.Dispose();
        server.Dispose();
    }

    private bool Keep(Socket client, Socket server)
    {
        lock (_gate)
        {
            if (!_isCut)
            {
                _sockets.Add(client);
                _sockets.Add(server);
                return true;
            }
        }

        client.Dispose();
        server.Dispose();
        return false;
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var length) await to.SendAsync(buffer.AsMemory(0, length));
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // One side is gone; the other follows.
        }
    }
}
