using System.Net.Sockets;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>
/// Tells a connection that the backend had closed since it was used last from a backend that does not answer: the HTTP stack tries
/// another connection by itself only after an orderly end, and not when the connection was reset.
/// </summary>
internal sealed class BackendConnection
{
    private static readonly HttpRequestOptionsKey<BackendConnection> Key = new(nameof(BackendConnection));

    private volatile bool _isNew;

    private BackendConnection()
    {
    }

    /// <summary>To be attached to a request before it is sent.</summary>
    public static BackendConnection Of(HttpRequestMessage request)
    {
        var connection = new BackendConnection();
        request.Options.Set(Key, connection);
        return connection;
    }

    /// <summary>Called for each new connection.</summary>
    public static ValueTask<Stream> NoteNewAsync(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellationToken)
    {
        if (context.InitialRequestMessage.Options.TryGetValue(Key, out var connection)) connection._isNew = true;
        return ValueTask.FromResult(context.PlaintextStream);
    }

    /// <summary>True when the request failed since its connection was one from before, and had come to an end.</summary>
    public bool WasOver(HttpRequestException failure)
    {
        if (_isNew) return false;
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            if (e is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown }) return true;
        }

        return false;
    }
}
