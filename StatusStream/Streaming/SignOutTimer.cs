namespace PipelineAspire.StatusStream.Streaming;

/// <summary>Signs a stream out when its credentials run out, unless they are renewed before.</summary>
internal sealed class SignOutTimer : IDisposable
{
    /// <summary>How long credentials are good for after their end, since no two clocks agree: less than 5 s, with what a busy machine takes.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    /// <summary>How long a stream lives whose host takes credentials that have run out.</summary>
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(30);

    /// <summary>A timer cannot be set for longer; it is set anew then.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private readonly Lock _gate = new();
    private readonly Action _signOut;
    private readonly TimeProvider _timeProvider;
    private DateTimeOffset? _end;
    private ITimer? _timer;
    private bool _isOver;

    /// <param name="signOut">Signs the stream out.</param>
    /// <param name="expires">When its credentials run out; null for never.</param>
    /// <param name="timeProvider">The clock.</param>
    public SignOutTimer(Action signOut, DateTimeOffset? expires, TimeProvider timeProvider)
    {
        (_signOut, _timeProvider) = (signOut, timeProvider);
        Renew(expires);
    }

    /// <summary>There are other credentials, which run out at another time.</summary>
    public void Renew(DateTimeOffset? expires)
    {
        lock (_gate)
        {
            var now = _timeProvider.GetUtcNow();
            _end = expires is not { } at || DateTimeOffset.MaxValue - at < Grace ? null : at + Grace > now ? at + Grace : now + Tolerated;
            Set(now);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _timer?.Dispose();
        }
    }

    private void Set(DateTimeOffset now)
    {
        if (_isOver || (_end is null && _timer is null)) return;
        var wait = _end is { } end ? (end - now < Longest ? end - now : Longest) : Timeout.InfiniteTimeSpan;
        if (_timer is null) _timer = _timeProvider.CreateTimer(static state => ((SignOutTimer)state!).Look(), this, wait, Timeout.InfiniteTimeSpan);
        else _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Look()
    {
        lock (_gate)
        {
            var now = _timeProvider.GetUtcNow();
            if (_isOver || _end is not { } end) return;
            if (end > now)
            {
                Set(now);
                return;
            }
        }

        _signOut();
    }
}
