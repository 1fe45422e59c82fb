using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace PipelineAspire.StatusStream.Streaming.Direct;

/// <summary>
/// A connection that an endpoint may take from the HTTP stack once it has answered, as Go's Hijacker does: the stack sees
/// the end of its input, ends the request and lets go of all it holds, while the connection stays open.
/// </summary>
internal sealed class HijackableConnection : IDuplexPipe, IConnectionHeartbeatFeature
{
    private readonly IDuplexPipe _transport;
    private readonly IConnectionHeartbeatFeature? _heartbeat;
    private HijackableInput? _input;
    private HijackableOutput? _output;
    private Action? _onHeartbeat;
    private bool _hasHeartbeat;
    private Func<Task>? _newOwner;

    private HijackableConnection(ConnectionContext connection)
    {
        Connection = connection;
        _transport = connection.Transport;
        _heartbeat = connection.Features.Get<IConnectionHeartbeatFeature>();
        _input = new HijackableInput(_transport.Input);
        _output = new HijackableOutput(_transport.Output);
    }

    /// <summary>The connection itself.</summary>
    public ConnectionContext Connection { get; }

    PipeReader IDuplexPipe.Input => _input!;

    PipeWriter IDuplexPipe.Output => _output!;

    /// <summary>A connection middleware: the HTTP stack first, and then whoever took the connection from it.</summary>
    public static async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var hijackable = new HijackableConnection(connection);
        hijackable.Enter();
        try
        {
            await next(connection);
        }
        finally
        {
            hijackable.Leave();
            if (hijackable._newOwner is { } newOwner) await newOwner();
        }
    }

    /// <summary>
    /// Keeps what is answered from now on, for who takes the connection. False when something has been answered before (it
    /// may still be on its way), or when something stands between the stack and this (it would be passed by).
    /// </summary>
    public bool TryKeepAnswer() =>
        _newOwner is null && ReferenceEquals(Connection.Features.Get<IConnectionTransportFeature>()?.Transport, this) && _output!.TryKeep();

    /// <summary>The connection is not taken after all: what was kept is the stack's to send.</summary>
    public void SendAnswer() => _output?.SendKept();

    /// <summary>Takes the connection, at once for writing and for reading when the request is over, which it must be soon.</summary>
    /// <param name="newOwner">Serves the connection to its end. It is always called.</param>
    /// <returns>The answer so far, for the new owner to send first.</returns>
    public byte[] Hijack(Func<Task> newOwner)
    {
        _newOwner = newOwner;
        _input!.End();
        return _output!.End();
    }

    /// <summary>Whoever asks would be held for as long as the connection lives.</summary>
    void IConnectionHeartbeatFeature.OnHeartbeat(Action<object> action, object state)
    {
        _onHeartbeat += () => action(state);
        if (_hasHeartbeat) return;
        _hasHeartbeat = true;
        _heartbeat?.OnHeartbeat(static self => ((HijackableConnection)self)._onHeartbeat?.Invoke(), this);
    }

    private void Enter()
    {
        Connection.Transport = this;
        Connection.Features.Set<IConnectionHeartbeatFeature>(this);
        Connection.Features.Set(this);
    }

    private void Leave()
    {
        Connection.Transport = _transport;
        Connection.Features.Set(_heartbeat);
        Connection.Features.Set<HijackableConnection>(null);
        _onHeartbeat = null;
        (_input, _output) = (null, null);
    }
}
