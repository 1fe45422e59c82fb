using System.IO.Pipelines;

namespace PipelineAspire.StatusStream.Streaming.Direct;

/// <summary>What the HTTP stack reads: the connection's input, until its end is feigned. Then the input is another's.</summary>
internal sealed class HijackableInput(PipeReader inner) : PipeReader
{
    private static readonly ReadResult AtEnd = new(buffer: default, isCanceled: false, isCompleted: true);

    private bool _isEnded;

    /// <summary>Nothing more is to be read here.</summary>
    public void End() => _isEnded = true;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        _isEnded ? new ValueTask<ReadResult>(AtEnd) : inner.ReadAsync(cancellationToken);

    public override bool TryRead(out ReadResult result)
    {
        if (!_isEnded) return inner.TryRead(out result);
        result = AtEnd;
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed)
    {
        if (!_isEnded) inner.AdvanceTo(consumed);
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!_isEnded) inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead()
    {
        if (!_isEnded) inner.CancelPendingRead();
    }

    public override void Complete(Exception? exception = null)
    {
        if (!_isEnded) inner.Complete(exception);
    }
}
