using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using PipelineAspire.StatusStream.Connections;

namespace PipelineAspire.StatusStream;

/// <summary>
/// Kestrel as a server of many long streams: long request lines that arrive in time, small buffers, dead clients noticed, no more
/// connections than descriptors, a short stop.
/// </summary>
public static class StreamServer
{
    /// <summary>The longest request line, in bytes: 128 KB promised, and some room.</summary>
    internal const int MaxRequestLineBytes = 160 * 1024;

    /// <summary>All header lines of a request together, in bytes: with the longest request line a head of 192 KB.</summary>
    internal const int MaxRequestHeadersBytes = 32 * 1024;

    /// <summary>How much of a stream the kernel may hold for a client that does not read, in bytes (Linux doubles it for its own overhead).</summary>
    internal const int SocketSendBufferBytes = 64 * 1024;

    /// <summary>How much of a stream the process may hold for a client that does not read, in bytes, before writing waits.</summary>
    internal const int ResponseBufferBytes = 16 * 1024;

    /// <summary>How long a request's head may take to arrive; 408 after that.</summary>
    internal static readonly TimeSpan RequestHeadersTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How fast an answer has to be taken, streams excepted: a slow phone does. By Kestrel's own 240 bytes a second a list of 2 MB may be held for hours.</summary>
    internal static readonly MinDataRate MinResponseRate = new(bytesPerSecond: 4096, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>Two heartbeats: after this long without an acknowledgement a client is dead.</summary>
    internal static readonly TimeSpan UserTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The process is gone within 5 s of being asked to stop, streams and all.</summary>
    internal static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(4);

    /// <summary>
    /// How many clients may wait to be accepted, when all come back at once; the kernel may allow fewer
    /// (net.core.somaxconn). One that finds no room tries again a second later.
    /// </summary>
    internal const int Backlog = 16 * 1024;

    private const int TcpProtocol = 6;
    private const int TcpUserTimeoutOption = 18;

    /// <summary>Sets the server up; nothing here is a setting of the contract.</summary>
    public static WebApplicationBuilder AddStreamServer(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxRequestHeadersBytes;
            kestrel.Limits.RequestHeadersTimeout = RequestHeadersTimeout;
            kestrel.Limits.MaxResponseBufferSize = ResponseBufferBytes;
            kestrel.Limits.MinResponseDataRate = MinResponseRate;
        });
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.Backlog = Backlog;
            sockets.CreateBoundListenSocket = CreateListenSocket;
        });
        builder.Services.AddConnectionLimits();
        return builder;
    }

    private static Socket CreateListenSocket(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);

        // Accepted sockets inherit both. Without them Linux takes megabytes for a client that reads nothing, and
        // keeps a vanished one for a quarter of an hour.
        if (OperatingSystem.IsLinux() && socket.ProtocolType == ProtocolType.Tcp)
        {
            socket.SendBufferSize = SocketSendBufferBytes;
            socket.SetRawSocketOption(TcpProtocol, TcpUserTimeoutOption, BitConverter.GetBytes((int)UserTimeout.TotalMilliseconds));
        }

        return socket;
    }
}
