using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PipelineAspire.FakePipelineBackend.Tests.Hosting;

/// <summary>A connection that shows the very bytes a server sends.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _tcp = new();

    public static async Task<RawConnection> SendAsync(int port, string request)
    {
        var connection = new RawConnection();
        await connection._tcp.ConnectAsync(IPAddress.Loopback, port).WaitAsync(RunningBackend.Patience);
        await connection._tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request)).AsTask().WaitAsync(RunningBackend.Patience);
        return connection;
    }

    public void Dispose() => _tcp.Dispose();

    public async Task<string> ReceiveAsync(int count)
    {
        var bytes = new byte[count];
        await _tcp.GetStream().ReadExactlyAsync(bytes).AsTask().WaitAsync(RunningBackend.Patience);
        return Encoding.ASCII.GetString(bytes);
    }

    public async Task<string> ReceiveUntilAsync(string end)
    {
        var received = string.Empty;
        while (!received.EndsWith(end, StringComparison.Ordinal)) received += await ReceiveAsync(1);
        return received;
    }

    /// <summary>What is still sent until the connection is closed or reset.</summary>
    public async Task<string> ReceiveToTheEndAsync()
    {
        var received = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await _tcp.GetStream().ReadAsync(buffer).AsTask().WaitAsync(RunningBackend.Patience) is var count and > 0)
            {
                received.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }

        return received.ToString();
    }
}
