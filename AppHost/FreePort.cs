using System.Net;
using System.Net.Sockets;

namespace PipelineAspire.AppHost;

/// <summary>
/// Ports for resources that have an address of their own, without the orchestrator's proxy in front. They lie below the range
/// from which the system gives ports to connections: nobody gets one of them by chance while its resource is stopped.
/// </summary>
internal static class FreePort
{
    private const int Lowest = 22_000;
    private const int Highest = 30_000;

    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(Lowest, Highest);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // In use: another one.
            }
        }
    }
}
