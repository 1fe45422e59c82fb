using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PipelineAspire.Processes;

/// <summary>
/// Ports for servers that are stopped and started again at the same address. They lie below the range from which the
/// system gives ports to connections: nobody gets one of them by chance while its server is away.
/// </summary>
public static class FreePort
{
    private const int Lowest = 20_000;
    private const int Highest = 22_000;

    /// <summary>The bus of a cluster's node is that much above its port.</summary>
    public const int BusOffset = 10_000;

    /// <summary>Servers that are yet to start, of tests that run side by side, have their ports already.</summary>
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>A port that is free, and whose bus port is free too; no port is given twice.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(Lowest, Highest);
            if (IsFree(port) && IsFree(port + BusOffset) && Given.TryAdd(port, true)) return port;
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
