namespace PipelineAspire.StatusStream.Threading;

/// <summary>Makes something stand still on demand, for demos and tests, and go on by itself without loss. Only there with <c>Control:Enabled</c>.</summary>
internal sealed class InjectedHang(TimeProvider timeProvider)
{
    /// <summary>The key of the one of streams: they stay open, and not one byte more is sent.</summary>
    public const string OfStreams = "streams";

    /// <summary>The key of the one of the poll loop: it stands still as if in a debugger.</summary>
    public const string OfPolling = "polling";

    private readonly Lock _gate = new();
    private volatile Task _over = Task.CompletedTask;

    /// <summary>True while nothing hangs.</summary>
    public bool IsOver => _over.IsCompleted;

    /// <summary>Hangs from now on; a hang that lasts longer goes on.</summary>
    public void Begin(TimeSpan duration)
    {
        lock (_gate) _over = Task.WhenAll(_over, Task.Delay(duration, timeProvider));
    }

    /// <summary>Waits until it is over.</summary>
    /// <exception cref="OperationCanceledException">Whoever waits has gone.</exception>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        while (!_over.IsCompleted) await _over.WaitAsync(cancellationToken);
    }
}
