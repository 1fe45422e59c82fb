namespace PipelineAspire.StatusStream.Threading;

/// <summary>Something that stands still on demand, for demos and tests, and goes on by itself.</summary>
internal abstract class InjectedHang(TimeProvider timeProvider)
{
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
