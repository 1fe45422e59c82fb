namespace PipelineAspire.StatusStream.Client;

/// <summary>How long to wait before the next attempt. Knows nothing of clocks or connections.</summary>
internal sealed class ReconnectPolicy(StatusStreamClientOptions options, Random random)
{
    /// <summary>The most that chance adds to a delay, so that a crowd of clients does not come back as one.</summary>
    public const double MaxJitter = 0.2;

    /// <summary>What the clients of a replica that goes away spread their return over.</summary>
    public static readonly TimeSpan DrainSpread = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest that a server's Retry-After is honoured.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);

    /// <summary>Failures since the last healthy stream.</summary>
    public int Failures { get; private set; }

    /// <summary>A stream has been healthy.</summary>
    public void Reset() => Failures = 0;

    /// <summary>A connection failed or ended: how long to wait.</summary>
    public TimeSpan Next(Loss loss)
    {
        // Fresh credentials are tried once, and at once.
        if (loss.SignedOut is not null) return TimeSpan.Zero;

        // Going away is nobody's failure the first time; a server that only ever says goodbye is treated like one that fails.
        if (++Failures == 1 && loss.IsDraining) return Min(DrainSpread, options.ReconnectDelay) * random.NextDouble();
        var doublings = Math.Min(Failures - 1, 30); // 2^30 ms is beyond any cap
        var delay = Min(options.ReconnectDelay * (1L << doublings), options.MaxReconnectDelay);
        if (loss.RetryAfter is { } floor && delay < floor) delay = Min(floor, LongestRetryAfter);
        return delay * (1 + (MaxJitter * random.NextDouble()));
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

/// <summary>How a connection came to its end.</summary>
/// <param name="Reason">For people.</param>
/// <param name="IsDraining">True when the server said that it goes away.</param>
/// <param name="RetryAfter">How long the server asked to be left alone.</param>
/// <param name="SignedOut">What is wrong when the server wants to know who asks, and fresh credentials do not satisfy it.</param>
internal sealed record Loss(string Reason, bool IsDraining = false, TimeSpan? RetryAfter = null, StatusStreamSignedOutException? SignedOut = null);
