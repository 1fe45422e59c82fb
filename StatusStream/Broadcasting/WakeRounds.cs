namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>Rounds to use again: an update allocates none as long as the one before it is over.</summary>
internal sealed class WakeRounds
{
    private WakeRound? _spare;

    public WakeRound Take() => Interlocked.Exchange(ref _spare, null) ?? new WakeRound(this);

    public void GiveBack(WakeRound round) => Volatile.Write(ref _spare, round);
}
