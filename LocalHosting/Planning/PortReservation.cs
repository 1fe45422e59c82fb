using System.Net;
using System.Net.Sockets;

namespace PipelineAspire.LocalHosting.Planning;

/// <summary>
/// A free port of 127.0.0.1, kept for one replica as long as the application runs. The socket is bound and never
/// listens: Linux then gives the port to nobody who asks for a free one, yet lets the replica listen on it, first time
/// and after every restart. Elsewhere a bound socket keeps the replica out as well, so it is let go before the start.
/// </summary>
internal sealed class PortReservation : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public PortReservation()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    public int Port { get; }

    /// <summary>To be called right before a process starts that listens on the port.</summary>
    public void HandOver()
    {
        if (!OperatingSystem.IsLinux()) _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();
}
