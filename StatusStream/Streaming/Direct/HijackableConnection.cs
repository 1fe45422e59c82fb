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
    private readonly ConnectionContext _connection;
    private readonly IDuplexPipe _transport;
    private readonly IConnectionHeartbeatFeature? _heartbeat;
    private HijackableInput? _input;
    private HijackableOutput? _output;
    private Action? _onHeartbeat;
    private Func<ConnectionContext, byte[], Task>? _newOwner;

    private HijackableConnection(ConnectionContext connection)
    {
        _connection = connection;
        _transport = connection.Transport;
        _heartbeat = connection.Features.Get<IConnectionHeartbeatFeature>();
        _input = new HijackableInput(_transport.Input);
        _output = new HijackableOutput(_transport.Output);
    }

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
            var answer = hijackable.Leave();
            if (hijackable._newOwner is { } newOwner) await newOwner(connection, answer);
        }
    }

    /// <summary>Keeps what is answered from now on, for who takes the connection. False when something has been answered before: it may still be on its way.</summary>
    public bool TryKeepAnswer() => _output!.TryKeep();

    /// <summary>Takes the connection as soon as the request is over, which it must be soon.</summary>
    /// <param name="newOwner">Serves the connection to its end, beginning with the bytes of the answer so far. It is always called.</param>
    public void Hijack(Func<ConnectionContext, byte[], Task> newOwner)
    {
        _newOwner = newOwner;
        _input!.End();
        _output!.End();
    }

    /// <summary>The stack asks once, and would be held for as long as the connection lives.</summary>
    void IConnectionHeartbeatFeature.OnHeartbeat(Action<object> action, object state)
    {
        _onHeartbeat = () => action(state);
        _heartbeat?.OnHeartbeat(static self => ((HijackableConnection)self)._onHeartbeat?.Invoke(), this);
    }

    private void Enter()
    {
        _connection.Transport = this;
        _connection.Features.Set<IConnectionHeartbeatFeature>(this);
        _connection.Features.Set(this);
    }

    private byte[] Leave()
    {
        _connection.Transport = _transport;
        _connection.Features.Set(_heartbeat);
        _connection.Features.Set<HijackableConnection>(null);
        _onHeartbeat = null;
        var answer = _output!.Kept;
        (_input, _output) = (null, null);
        return answer;
    }
}
