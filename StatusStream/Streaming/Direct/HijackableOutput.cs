using System.Buffers;
using System.IO.Pipelines;

namespace PipelineAspire.StatusStream.Streaming.Direct;

/// <summary>What the HTTP stack writes: to the connection, until it is kept for who takes the connection; afterwards to nobody.</summary>
internal sealed class HijackableOutput(PipeWriter inner) : PipeWriter
{
    private ArrayBufferWriter<byte>? _kept;
    private bool _hasWritten;
    private bool _isEnded;

    public override bool CanGetUnflushedBytes => _kept is null && inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => _kept is null ? inner.UnflushedBytes : 0;

    /// <summary>Keeps what is written from now on. False when something was written before.</summary>
    public bool TryKeep()
    {
        if (_hasWritten) return false;
        _kept ??= new ArrayBufferWriter<byte>();
        return true;
    }

    /// <summary>Keeps no more: the end of the request is nobody's business.</summary>
    /// <returns>What was kept.</returns>
    public byte[] End()
    {
        _isEnded = true;
        return _kept?.WrittenSpan.ToArray() ?? [];
    }

    /// <summary>What was kept is written, with the next flush, and what follows too.</summary>
    public void SendKept()
    {
        if (_isEnded || _kept is not { } kept) return;
        _kept = null;
        if (kept.WrittenCount == 0) return;
        _hasWritten = true;
        inner.Write(kept.WrittenSpan);
    }

    public override void Advance(int bytes)
    {
        if (_kept is { } kept)
        {
            kept.Advance(bytes);
            return;
        }

        _hasWritten = true;
        inner.Advance(bytes);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _kept is { } kept ? kept.GetMemory(sizeHint) : inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _kept is { } kept ? kept.GetSpan(sizeHint) : inner.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        _kept is null ? inner.FlushAsync(cancellationToken) : new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: false));

    public override void CancelPendingFlush()
    {
        if (_kept is null) inner.CancelPendingFlush();
    }

    public override void Complete(Exception? exception = null)
    {
        if (!_isEnded) inner.Complete(exception);
    }
}
