using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PipelineAspire.Benchmarks.Load;

/// <summary>
/// One stream, as cheap as a client gets: a socket whose bytes are looked through where they arrive. Counts what it got;
/// its figures are exact when nothing is under way.
/// </summary>
internal sealed class StreamClient : IDisposable
{
    private readonly Fleet _fleet;
    private readonly Memory<byte> _buffer;
    private readonly SocketAsyncEventArgs _receive = new();
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Socket? _socket;
    private LineCarry _head;
    private ChunkDecoder _chunks;
    private EventScanner _events;
    private volatile bool _isClosing;
    private bool _isHeadOver;
    private bool _isAnswered;
    private ulong _epoch;
    private long _sequence;

    /// <param name="fleet">The fleet it belongs to.</param>
    /// <param name="index">Its number in the fleet.</param>
    /// <param name="buffer">Where its bytes arrive.</param>
    public StreamClient(Fleet fleet, int index, Memory<byte> buffer)
    {
        _fleet = fleet;
        _buffer = buffer;
        Index = index;
        _receive.Completed += (_, _) =>
        {
            if (Take()) Receive();
        };
    }

    public int Index { get; }

    /// <summary>Status updates received.</summary>
    public int Updates { get; private set; }

    /// <summary>Heartbeats received.</summary>
    public int Heartbeats { get; private set; }

    /// <summary>Error events received.</summary>
    public int Errors { get; private set; }

    /// <summary>Updates that were not newer than the one before them: told twice, or out of order.</summary>
    public int Repeats { get; private set; }

    /// <summary>When it began to connect; 0 before.</summary>
    public long BegunAt { get; private set; }

    /// <summary>When the first batch was there; 0 before.</summary>
    public long SnapshotAt { get; private set; }

    /// <summary>Why the stream ended, if it did without being asked to.</summary>
    public string? ClosedBy { get; private set; }

    /// <summary>The newest id it got; null before the first.</summary>
    public string? LastEventId => _epoch == 0 ? null : $"{_epoch:x16}-{_sequence}";

    /// <summary>Connects, asks and waits for the first batch.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="from">The address it comes from; null for whichever the system takes.</param>
    /// <param name="request">The request, whole.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task OpenAsync(IPEndPoint server, IPAddress? from, string request, CancellationToken cancellationToken)
    {
        BegunAt = TimeProvider.System.GetTimestamp();
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (from is not null) _socket.Bind(new IPEndPoint(from, 0));
        await _socket.ConnectAsync(server, cancellationToken);
        await _socket.SendAsync(Encoding.ASCII.GetBytes(request), SocketFlags.None, cancellationToken);
        _receive.SetBuffer(_buffer);
        Receive();
        await _open.Task.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _isClosing = true;
        _socket?.Dispose(); // ends the pending receive, which disposes the rest
    }

    private void Receive()
    {
        try
        {
            while (!_socket!.ReceiveAsync(_receive))
            {
                if (!Take()) return;
            }
        }
        catch (ObjectDisposedException)
        {
            Close("closed");
        }
    }

    /// <summary>Looks through what has arrived; false when the stream is over.</summary>
    private bool Take()
    {
        if (_receive.SocketError != SocketError.Success) return Close(_receive.SocketError.ToString());
        if (_receive.BytesTransferred == 0) return Close("the server closed the connection");
        try
        {
            ReadOnlySpan<byte> input = _buffer.Span[.._receive.BytesTransferred];
            if (!_isHeadOver) TakeHead(ref input);
            while (_chunks.TryTake(ref input, out var data))
            {
                while (_events.TryTake(ref data, out var found)) Count(found);
            }

            return !_chunks.IsOver || Close("the server ended the stream");
        }
        catch (InvalidDataException broken)
        {
            return Close(broken.Message);
        }
    }

    private void TakeHead(ref ReadOnlySpan<byte> input)
    {
        while (!_isHeadOver && _head.TryTake(ref input, out var line))
        {
            line = line.TrimEnd((byte)'\r');
            if (!_isAnswered && !line.StartsWith("HTTP/1.1 200"u8)) throw new InvalidDataException($"answered '{Encoding.ASCII.GetString(line)}'");
            _isAnswered = true;
            _isHeadOver = line.IsEmpty;
        }
    }

    private void Count(in StreamEvent found)
    {
        if (found.Epoch != 0)
        {
            var isNewer = found.Epoch != _epoch || found.Sequence > _sequence;
            if (!isNewer && found.Kind == StreamEventKind.StatusUpdate) Repeats++;
            (_epoch, _sequence) = (found.Epoch, found.Sequence);
        }

        switch (found.Kind)
        {
            case StreamEventKind.StatusUpdate:
                Updates++;
                _fleet.Delivered(this, found);
                break;
            case StreamEventKind.BatchUpdate when SnapshotAt == 0:
                SnapshotAt = TimeProvider.System.GetTimestamp();
                _open.TrySetResult();
                break;
            case StreamEventKind.Heartbeat:
                Heartbeats++;
                break;
            case StreamEventKind.Error:
                Errors++;
                break;
        }
    }

    private bool Close(string by)
    {
        if (!_isClosing)
        {
            ClosedBy = by;
            _open.TrySetException(new IOException(by));
            _socket!.Dispose();
        }

        _receive.Dispose();
        return false;
    }
}
