using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;

namespace PipelineAspire.LocalHosting.Planning;

/// <summary>A port that a resource insists on.</summary>
internal static class FixedPort
{
    /// <exception cref="DistributedApplicationException">Somebody listens there already; the message names the resource.</exception>
    public static void MustBeFree(int port, string resource, string where)
    {
        var busy = IsBusy(IPAddress.Loopback, port) || (Socket.OSSupportsIPv6 && IsBusy(IPAddress.IPv6Loopback, port));
        if (busy)
        {
            throw new DistributedApplicationException(
                $"Port {port} is in use, and '{resource}' needs it ({where}). Does another AppHost run? "
                + $"'ss -ltnp sport = :{port}' (Linux) or 'lsof -i :{port}' names the process.");
        }
    }

    private static bool IsBusy(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return false;
        }
        catch (SocketException refused)
        {
            // A machine without ::1 has nobody listening there.
            return refused.SocketErrorCode != SocketError.AddressNotAvailable;
        }
    }
}
