namespace PipelineAspire.StatusStream.Control;

/// <summary>A poll loop that stands still as if in a debugger. At most one hang lasts: a longer one takes the place of a shorter.</summary>
internal sealed class PollingHang(TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private volatile Task _over = Task.CompletedTask;

    /// <summary>The loop stands still from its next step on.</summary>
    public void Begin(TimeSpan duration)
    {
        lock (_gate) _over = Task.WhenAll(_over, Task.Delay(duration, timeProvider));
    }

    /// <summary>Waits until it is over, whatever else happens: no cancellation reaches a loop that stands still.</summary>
    public async ValueTask WaitAsync()
    {
        while (!_over.IsCompleted) await _over;
    }
}
