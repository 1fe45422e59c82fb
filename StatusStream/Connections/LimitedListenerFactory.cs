using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Connections;

/// <summary>Kestrel's sockets, with as many connections as there are slots.</summary>
internal sealed class LimitedListenerFactory(IOptions<SocketTransportOptions> options, ILoggerFactory loggers, ConnectionSlots slots)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory _sockets = new(options, loggers);

    public bool CanBind(EndPoint endpoint) => _sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new LimitedListener(await _sockets.BindAsync(endpoint, cancellationToken), slots);
}
