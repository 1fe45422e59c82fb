using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PipelineAspire.StatusStream.Tests.Hosting;

/// <summary>A connection that shows the very bytes a server sends.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public static async Task<RawConnection> SendAsync(int port, string request, int? receiveBufferBytes = null)
    {
        var connection = new RawConnection();
        if (receiveBufferBytes is { } bytes) connection._socket.ReceiveBufferSize = bytes;
        await connection._socket.ConnectAsync(IPAddress.Loopback, port).Soon();
        await connection._socket.SendAsync(Encoding.Latin1.GetBytes(request)).Soon();
        return connection;
    }

    /// <summary>Connects and sends without a pause between the two, however busy this process is.</summary>
    public static RawConnection Send(int port, string request)
    {
        var connection = new RawConnection();
        connection._socket.Connect(IPAddress.Loopback, port);
        connection._socket.Send(Encoding.Latin1.GetBytes(request));
        return connection;
    }

    /// <summary>Sends a request for this target and returns the status code of the answer.</summary>
    public static async Task<int> StatusCodeAsync(int port, string method, string target, string headers = "")
    {
        using var connection = await SendAsync(port, $"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n");
        var head = await connection.ReceiveUntilAsync("\r\n");
        return int.Parse(head.Split(' ')[1]);
    }

    public Task SendMoreAsync(string text) => _socket.SendAsync(Encoding.Latin1.GetBytes(text)).Soon();

    public async Task<string> ReceiveUntilAsync(string end)
    {
        var received = new StringBuilder();
        var one = new byte[1];
        while (!received.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            var count = await _socket.ReceiveAsync(one).Soon();
            if (count == 0) throw new IOException($"The connection was closed after: {received}");
            received.Append((char)one[0]);
        }

        return received.ToString();
    }

    /// <summary>Returns when the server has closed or reset the connection.</summary>
    public async Task ClosedAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await _socket.ReceiveAsync(buffer).Soon() > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A reset is an end, too.
        }
    }

    /// <summary>Breaks the connection as a machine that crashed would.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();
}
