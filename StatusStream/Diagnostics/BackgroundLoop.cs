namespace PipelineAspire.StatusStream.Diagnostics;

/// <summary>One loop in the background, as it says itself: when it turned last, and when it is to turn again.</summary>
internal sealed class BackgroundLoop(string name, TimeProvider timeProvider)
{
    /// <summary>How long a turn may take on top of what was announced: calls that are bounded, on a busy machine.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(10);

    private readonly long _origin = timeProvider.GetTimestamp();
    private long _overdueAt = long.MaxValue; // ticks from the origin

    /// <summary>What the loop is called in the log and in health.</summary>
    public string Name => name;

    private TimeSpan Now => timeProvider.GetElapsedTime(_origin);

    /// <summary>The loop turns; the next turn begins within <paramref name="nextWithin"/>. Thread-safe, and cheap.</summary>
    public void Turn(TimeSpan nextWithin) => Volatile.Write(ref _overdueAt, (Now + nextWithin + Tolerance).Ticks);

    /// <summary>The loop waits for something that may not happen for a long time.</summary>
    public void Rest() => Volatile.Write(ref _overdueAt, long.MaxValue);

    /// <summary>How long ago it should have turned; null for a loop that is on time.</summary>
    public TimeSpan? Overdue()
    {
        var overdueAt = Volatile.Read(ref _overdueAt);
        return overdueAt < Now.Ticks ? Now - TimeSpan.FromTicks(overdueAt) + Tolerance : null;
    }
}
