namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>
/// Tells what comes late on one stream, without comparing clocks of two machines: only how far apart they are matters, and that is
/// bounded by when the stream was asked for. A lease that waited in a buffer, since this process or the network stood still, is
/// shorter by as long. Not thread-safe.
/// </summary>
internal sealed class UpstreamClock(TimeProvider timeProvider)
{
    /// <summary>How fast two monotonic clocks drift apart at most: more than twice what NTP corrects. A delay that stays is taken for drift no faster.</summary>
    private const double MostDrift = 0.0005;

    private readonly long _askedAt = timeProvider.GetTimestamp();
    private TimeSpan? _apart; // how far apart the clocks are at least
    private TimeSpan _heardAt;

    /// <summary>Takes the time that the other hub has said, and says how long ago that was at most.</summary>
    /// <param name="clock">Its clock, in milliseconds.</param>
    public TimeSpan AgeOf(long clock)
    {
        var said = TimeSpan.FromMilliseconds(clock);
        var sinceAsked = timeProvider.GetElapsedTime(_askedAt);
        var apart = sinceAsked - said;
        var least = _apart is { } before ? before + ((sinceAsked - _heardAt) * MostDrift) : TimeSpan.Zero - said; // it was said after this hub had asked
        _heardAt = sinceAsked;
        _apart = apart < least ? apart : least;
        return apart - _apart.Value;
    }
}
