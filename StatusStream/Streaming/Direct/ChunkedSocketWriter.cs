using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace PipelineAspire.StatusStream.Streaming.Direct;

/// <summary>
/// Writes the chunks of an HTTP/1.1 response straight to a socket: one flush is one chunk and, as long as the kernel
/// takes the bytes, one <c>send</c> and nothing else. What the kernel does not take at once is awaited, and the flush
/// with it. Holds a buffer only between the first write and the end of the flush. One writer at a time.
/// </summary>
internal sealed class ChunkedSocketWriter : PipeWriter, IDisposable
{
    private const int SmallestBuffer = 1024;
    private const int LongestSize = 8; // hexadecimal digits of a chunk's size
    private const int Before = LongestSize + 2;
    private const int After = 2;

    private static readonly StandardFormat Hexadecimal = new('x');

    private readonly Socket _socket;
    private byte[]? _buffer; // room for the chunk's size, then the data
    private int _length;
    private volatile bool _isSending;

    /// <param name="socket">A connected socket. Only asynchronous operations may be used on it elsewhere: it no longer blocks.</param>
    public ChunkedSocketWriter(Socket socket)
    {
        _socket = socket;
        try
        {
            _socket.Blocking = false;
        }
        catch (ObjectDisposedException)
        {
            // The connection was broken from this side: nothing can be sent, which shows when it is tried.
        }
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _length;

    /// <summary>Sends the first bytes of a connection, which its buffer always takes, as they are.</summary>
    /// <returns>False when the connection is gone.</returns>
    public bool Begin(ReadOnlySpan<byte> bytes) => Send(bytes, out _) == bytes.Length;

    /// <summary>Ends the body, as far as the client takes it: the connection ends anyway.</summary>
    public void End() => Send("0\r\n\r\n"u8, out _);

    public override void Advance(int bytes) => _length += bytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => Room(sizeHint).AsMemory(Before + _length, Free);

    public override Span<byte> GetSpan(int sizeHint = 0) => Room(sizeHint).AsSpan(Before + _length, Free);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_length == 0) return new(new FlushResult(isCanceled: false, isCompleted: false));
        var chunk = Chunk();
        var sent = Send(chunk.Span, out var error);
        if (sent == chunk.Length)
        {
            GiveBack();
            return new(new FlushResult(isCanceled: false, isCompleted: false));
        }

        if (error is SocketError.Success or SocketError.WouldBlock) return FinishAsync(chunk[Math.Max(sent, 0)..], cancellationToken);
        GiveBack();
        return new(new FlushResult(isCanceled: false, isCompleted: true));
    }

    public void Dispose() => Complete();

    public override void CancelPendingFlush() => throw new NotSupportedException("Abort the connection instead.");

    public override void Complete(Exception? exception = null)
    {
        if (!_isSending) GiveBack(); // else the buffer is the kernel's until the connection is broken
    }

    private int Free => _buffer!.Length - Before - _length - After;

    private int Send(ReadOnlySpan<byte> bytes, out SocketError error)
    {
        try
        {
            return _socket.Send(bytes, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted; // the connection was broken from this side
            return 0;
        }
    }

    /// <summary>The client is behind: the kernel's buffer is full.</summary>
    private async ValueTask<FlushResult> FinishAsync(ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        _isSending = true;
        var isOpen = await SendAsync(rest, cancellationToken);
        _isSending = false;
        GiveBack();
        return new FlushResult(isCanceled: false, isCompleted: !isOpen);
    }

    private async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        try
        {
            while (!rest.IsEmpty) rest = rest[await _socket.SendAsync(rest, SocketFlags.None, cancellationToken)..];
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return false; // gone, or given up
        }
    }

    /// <summary>The buffer's data with its size before and the line end after it.</summary>
    private ReadOnlyMemory<byte> Chunk()
    {
        Span<byte> size = stackalloc byte[LongestSize];
        Utf8Formatter.TryFormat(_length, size, out var digits, Hexadecimal);
        var from = Before - 2 - digits;
        size[..digits].CopyTo(_buffer.AsSpan(from));
        "\r\n"u8.CopyTo(_buffer.AsSpan(Before - 2));
        "\r\n"u8.CopyTo(_buffer.AsSpan(Before + _length));
        return _buffer.AsMemory(from, Before + _length + After - from);
    }

    private byte[] Room(int sizeHint)
    {
        var needed = Before + _length + Math.Max(sizeHint, 1) + After;
        if (_buffer is { } enough && enough.Length >= needed) return enough;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, SmallestBuffer));
        if (_buffer is { } smaller)
        {
            smaller.AsSpan(0, Before + _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(smaller);
        }

        return _buffer = larger;
    }

    private void GiveBack()
    {
        // A send that was given up and the stream's end may both come here at once: an array returned twice is rented twice.
        _length = 0;
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
    }
}
