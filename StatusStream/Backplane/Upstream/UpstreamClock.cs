namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>
/// Tells what comes late on one stream, without comparing clocks of two machines: only how far apart they are matters, and that is
/// bounded by when the stream was asked for. A lease that waited in a buffer, since this process or the network stood still, is
/// shorter by as long. Not thread-safe.
/// </summary>
internal sealed class UpstreamClock(TimeProvider timeProvider)
{
    /// <summary>How fast two monotonic clocks drift apart at most: ten times what NTP lets pass.</summary>
    private const double MostDrift = 0.0005;

    /// <summary>How many events share a minimum: over two such periods, one of them came in time.</summary>
    private const int Period = 128;

    private readonly long _askedAt = timeProvider.GetTimestamp();
    private TimeSpan? _least; // how far apart the clocks are at least
    private TimeSpan _minimum = TimeSpan.MaxValue;
    private TimeSpan _minimumBefore = TimeSpan.MaxValue;
    private int _count;

    /// <summary>Takes the time that the other hub has said, and says how long ago that was at most.</summary>
    /// <param name="clock">Its clock, in milliseconds.</param>
    public TimeSpan AgeOf(long clock)
    {
        var said = TimeSpan.FromMilliseconds(clock);
        var sinceAsked = timeProvider.GetElapsedTime(_askedAt);
        _least ??= TimeSpan.Zero - said; // it was said after this hub had asked
        var apart = sinceAsked - said;
        if (_count++ % Period == 0) (_minimumBefore, _minimum) = (_minimum, apart);
        if (apart < _minimum) _minimum = apart;
        var minimum = _minimum < _minimumBefore ? _minimum : _minimumBefore;
        var least = _least.Value + (sinceAsked * MostDrift);
        var age = apart - (minimum < least ? minimum : least);
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }
}
