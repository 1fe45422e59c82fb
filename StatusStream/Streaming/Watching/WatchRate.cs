namespace PipelineAspire.StatusStream.Streaming.Watching;

/// <summary>How often one stream may be changed: four times a second, evenly, and four times at once. Not thread-safe.</summary>
internal sealed class WatchRate(TimeProvider timeProvider)
{
    public const int PerSecond = 4;

    private const int Burst = 4;
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(1) / PerSecond;

    private readonly long _origin = timeProvider.GetTimestamp();

    /// <summary>When the next change would be due if all came evenly; it may be ahead of time by the burst.</summary>
    private TimeSpan _next;

    /// <summary>Counts once more; false when that is too often.</summary>
    public bool TryPass(out TimeSpan retryAfter)
    {
        var now = timeProvider.GetElapsedTime(_origin);
        if (_next < now) _next = now;
        retryAfter = _next - now - (Spacing * (Burst - 1));
        if (retryAfter > TimeSpan.Zero) return false;
        _next += Spacing;
        return true;
    }
}
