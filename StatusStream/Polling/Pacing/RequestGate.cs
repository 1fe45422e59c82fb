namespace PipelineAspire.StatusStream.Polling.Pacing;

/// <summary>
/// Lets through so many requests a second, evenly: a leaky bucket that holds a few milliseconds' worth, since clocks
/// ring late. Pure: it is told the time.
/// </summary>
internal sealed class RequestGate
{
    /// <summary>How much may be made up for after a late wake-up.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(20);

    private TimeSpan _next = TimeSpan.MinValue;

    /// <summary>True when a request may go now.</summary>
    public bool IsOpen(TimeSpan now) => _next <= now;

    /// <summary>When the next request may go.</summary>
    public TimeSpan NextAt(TimeSpan now) => _next > now ? _next : now;

    /// <summary>A request goes.</summary>
    /// <param name="now">The time.</param>
    /// <param name="perSecond">How many may go in a second.</param>
    public void Pass(TimeSpan now, double perSecond)
    {
        var earliest = now - Tolerance;
        _next = (_next > earliest ? _next : earliest) + TimeSpan.FromSeconds(1 / perSecond);
    }
}
