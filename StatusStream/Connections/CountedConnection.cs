using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace PipelineAspire.StatusStream.Connections;

/// <summary>A connection that gives its slot back when it is closed.</summary>
internal sealed class CountedConnection : ConnectionContext
{
    private readonly ConnectionContext _inner;
    private readonly ConnectionSlots _slots;
    private readonly ConnectionSlot _slot;

    public CountedConnection(ConnectionContext inner, ConnectionSlots slots)
    {
        (_inner, _slots) = (inner, slots);
        _slot = slots.Enter(Abort, IsUnread);
        inner.Features.Set(_slot);
    }

    public override string ConnectionId { get => _inner.ConnectionId; set => _inner.ConnectionId = value; }

    public override IFeatureCollection Features => _inner.Features;

    public override IDictionary<object, object?> Items { get => _inner.Items; set => _inner.Items = value; }

    public override IDuplexPipe Transport { get => _inner.Transport; set => _inner.Transport = value; }

    public override CancellationToken ConnectionClosed { get => _inner.ConnectionClosed; set => _inner.ConnectionClosed = value; }

    public override EndPoint? LocalEndPoint { get => _inner.LocalEndPoint; set => _inner.LocalEndPoint = value; }

    public override EndPoint? RemoteEndPoint { get => _inner.RemoteEndPoint; set => _inner.RemoteEndPoint = value; }

    public override void Abort() => _inner.Abort();

    public override void Abort(ConnectionAbortedException abortReason) => _inner.Abort(abortReason);

    private bool IsUnread()
    {
        try
        {
            return Features.Get<IConnectionSocketFeature>()?.Socket.Available > 0;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false; // closed
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _inner.DisposeAsync();
        _slots.Release(_slot);
        await base.DisposeAsync();
    }
}
