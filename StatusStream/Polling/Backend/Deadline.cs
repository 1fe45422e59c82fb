namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>Cancels after a time or with the caller, whichever is first.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;

    public Deadline(TimeSpan timeout, TimeProvider timeProvider, CancellationToken caller)
    {
        _timer = new CancellationTokenSource(timeout, timeProvider);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, caller);
    }

    public CancellationToken Token => _either.Token;

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
