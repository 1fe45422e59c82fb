using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace PipelineAspire.Web.Hosting;

internal static class LongLivedConnections
{
    /// <summary>128 KB: a stream of 500 pipelines with ids of 128 characters takes about half of it.</summary>
    private const int MaxRequestLineSize = 128 * 1024;

    /// <summary>What a stop may take in all; streams end at once, so this is for requests that are being answered.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(4);

    /// <summary>Makes Kestrel fit for many long streams with long request lines and slow or vanished readers.</summary>
    public static void AddLongLivedConnections(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.Services.Configure<SocketTransportOptions>(options =>
            options.CreateBoundListenSocket = ListenSockets.CreateBound);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = MaxRequestLineSize;
            // A browser sends the address of the page, and so perhaps a long one, as the referrer.
            kestrel.Limits.MaxRequestHeadersTotalSize = 2 * MaxRequestLineSize;
            kestrel.Limits.MaxRequestBufferSize = 1024 * 1024;
        });
    }
}
