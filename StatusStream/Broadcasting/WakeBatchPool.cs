namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>Rounds to use again: an update allocates none as long as the one before it is over.</summary>
internal sealed class WakeBatchPool
{
    private WakeBatch? _spare;

    public WakeBatch Take() => Interlocked.Exchange(ref _spare, null) ?? new WakeBatch(this);

    public void GiveBack(WakeBatch round) => Volatile.Write(ref _spare, round);
}
