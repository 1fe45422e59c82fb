namespace PipelineAspire.StatusStream.Streaming;

/// <summary>
/// A server that hangs, for demos and tests: while it lasts streams stay open and not one byte more is sent; then they go
/// on from where they were, without loss.
/// </summary>
internal sealed class StreamSilence(TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private volatile Task _over = Task.CompletedTask;

    /// <summary>True but for demos and tests.</summary>
    public bool IsOver => _over.IsCompleted;

    /// <summary>Silent from now on; one that lasts longer goes on.</summary>
    public void Begin(TimeSpan duration)
    {
        lock (_gate) _over = Task.WhenAll(_over, Task.Delay(duration, timeProvider));
    }

    /// <summary>Waits until it is over.</summary>
    /// <exception cref="OperationCanceledException">The stream was aborted meanwhile.</exception>
    public async ValueTask WaitAsync(CancellationToken aborted)
    {
        while (!_over.IsCompleted) await _over.WaitAsync(aborted);
    }
}
