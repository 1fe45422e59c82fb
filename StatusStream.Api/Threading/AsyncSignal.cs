using System.Threading.Tasks.Sources;

namespace PipelineAspire.StatusStream.Threading;

/// <summary>
/// An auto-reset event for one waiter that allocates nothing: setting it while nobody waits lets the next wait through,
/// setting it twice counts once.
/// </summary>
public sealed class AsyncSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Raised = 1;
    private const int Awaited = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;

    /// <summary>Lets the waiter go on, on another thread. What was written before is seen by it afterwards.</summary>
    public void Set() => Raise(runsHere: false);

    /// <summary>
    /// Lets the waiter go on before this returns, on this thread (unless it waits within a synchronization context): no
    /// task switch. Not to be called with a lock held.
    /// </summary>
    public void SetHere() => Raise(runsHere: true);

    /// <summary>Waits for the next <see cref="Set"/>. At most one wait at a time.</summary>
    public ValueTask WaitAsync()
    {
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Awaited, Idle) == Idle) return new ValueTask(this, _core.Version);
        Volatile.Write(ref _state, Idle); // it was raised: only the waiter itself lowers it
        Interlocked.MemoryBarrier();
        return ValueTask.CompletedTask;
    }

    private void Raise(bool runsHere)
    {
        if (Interlocked.Exchange(ref _state, Raised) != Awaited) return;
        _core.RunContinuationsAsynchronously = !runsHere; // ours alone until the result is set
        _core.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token)
    {
        _core.GetResult(token);
        Volatile.Write(ref _state, Idle);
        Interlocked.MemoryBarrier();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
