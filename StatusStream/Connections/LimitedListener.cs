using System.Net;
using Microsoft.AspNetCore.Connections;

namespace PipelineAspire.StatusStream.Connections;

/// <summary>
/// Accepts a connection only when there is a slot for it. Kestrel's own listener, left without a descriptor, tries again
/// without a pause, at the price of a core.
/// </summary>
internal sealed class LimitedListener(IConnectionListener inner, ConnectionSlots slots) : IConnectionListener
{
    private readonly CancellationTokenSource _unbound = new();

    public EndPoint EndPoint => inner.EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await slots.WaitForRoomAsync(_unbound.Token);
        }
        catch (OperationCanceledException)
        {
            return null; // no more connections, in Kestrel's words
        }

        return await inner.AcceptAsync(cancellationToken) is { } connection ? new CountedConnection(connection, slots) : null;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync();
        await inner.UnbindAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _unbound.CancelAsync();
        await inner.DisposeAsync();
    }
}
