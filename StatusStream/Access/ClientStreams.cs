namespace PipelineAspire.StatusStream.Access;

/// <summary>How many streams each client has open. A client without any costs nothing.</summary>
/// <param name="most">How many one may have.</param>
internal sealed class ClientStreams(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ClientKey, int> _open = [];

    /// <summary>How many clients have a stream.</summary>
    public int Clients
    {
        get
        {
            lock (_gate) return _open.Count;
        }
    }

    /// <summary>Counts one more stream of a client, until it is disposed of; null when it has as many as it may.</summary>
    public ClientStream? TryOpen(ClientKey client)
    {
        lock (_gate)
        {
            var open = _open.GetValueOrDefault(client);
            if (open >= most) return null;
            _open[client] = open + 1;
        }

        return new ClientStream(this, client);
    }

    internal void Close(ClientKey client)
    {
        lock (_gate)
        {
            var open = _open[client] - 1;
            if (open == 0) _open.Remove(client);
            else _open[client] = open;
        }
    }
}

/// <summary>One stream of a client; disposing of it, once or more often, ends it once.</summary>
internal sealed class ClientStream(ClientStreams streams, ClientKey client) : IDisposable
{
    private ClientStreams? _streams = streams;

    public void Dispose() => Interlocked.Exchange(ref _streams, null)?.Close(client);
}
