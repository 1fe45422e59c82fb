using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace PipelineAspire.Web.Hosting;

/// <summary>
/// Listening sockets whose accepted connections cost little when their reader is slow or gone. Linux hands both options
/// on to every accepted socket.
/// </summary>
internal static class ListenSockets
{
    /// <summary>Without this Linux buffers 4 to 16 MB for a reader that does not read, before a write blocks.</summary>
    public const int SendBufferSize = 64 * 1024;

    /// <summary>
    /// Two heartbeats: data unacknowledged for so long ends the connection. Without it a reader that vanished without a
    /// word costs a stream for 15 minutes.
    /// </summary>
    public static readonly TimeSpan UserTimeout = TimeSpan.FromSeconds(60);

    private const int TcpUserTimeout = 18;

    public static Socket CreateBound(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        if (endpoint is not IPEndPoint) return socket;

        socket.SendBufferSize = SendBufferSize;
        if (OperatingSystem.IsLinux())
        {
            Span<byte> milliseconds = stackalloc byte[sizeof(int)];
            BitConverter.TryWriteBytes(milliseconds, (int)UserTimeout.TotalMilliseconds);
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, milliseconds);
        }

        return socket;
    }
}
