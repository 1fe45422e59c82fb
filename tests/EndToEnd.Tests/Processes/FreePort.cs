using System.Net;
using System.Net.Sockets;

namespace PipelineAspire.EndToEnd.Tests.Processes;

/// <summary>
/// Ports for services that are stopped and started again at the same address. They lie below the range from which the
/// system gives ports to connections: nobody gets one of them by chance while its service is away.
/// </summary>
internal static class FreePort
{
    private const int Lowest = 20_000;
    private const int Highest = 32_000;

    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(Lowest, Highest);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                socket.Listen();
                return port;
            }
            catch (SocketException)
            {
                // In use: another one.
            }
        }
    }
}
