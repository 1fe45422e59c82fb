using System.Threading.Tasks.Sources;

namespace PipelineAspire.StatusStream.Threading;

/// <summary>Does a waiter's work for it, as long as that needs no waiting.</summary>
internal interface IInlineHandler
{
    /// <summary>
    /// Called while the waiter waits, never twice at once. False when the waiter must go on by itself; what is thrown is
    /// thrown to the waiter. Must not block.
    /// </summary>
    bool TryHandle();
}

/// <summary>
/// An auto-reset event for one waiter that allocates nothing: setting it while nobody waits lets the next wait through,
/// setting it twice counts once.
/// </summary>
internal sealed class AsyncSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Raised = 1;
    private const int Awaited = 2;
    private const int HandlingInline = 3;

    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;

    /// <summary>Asked by <see cref="SetInline"/> before the waiter is let go on. Set by the waiter, while it does not wait.</summary>
    internal IInlineHandler? InlineHandler { get; set; }

    /// <summary>Lets the waiter go on, on another thread. What was written before is seen by it afterwards.</summary>
    public void Set()
    {
        // Whoever handles it inline looks again, and lets the waiter go on if it must.
        if (Interlocked.Exchange(ref _state, Raised) == Awaited) Release(runsHere: false);
    }

    /// <summary>
    /// Lets the <see cref="InlineHandler"/> do its work or, without one that can, the waiter go on before this returns, on this
    /// thread (unless it waits within a synchronization context): no task switch. Not to be called with a lock held.
    /// </summary>
    public void SetInline()
    {
        while (true)
        {
            var seen = Volatile.Read(ref _state);
            var next = seen == Awaited ? HandlingInline : Raised;
            if (Interlocked.CompareExchange(ref _state, next, seen) != seen) continue;
            if (next == HandlingInline) TryHandle();
            return;
        }
    }

    /// <summary>Waits for the next <see cref="Set"/>. At most one wait at a time.</summary>
    public ValueTask WaitAsync()
    {
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Awaited, Idle) == Idle) return new ValueTask(this, _core.Version);
        Volatile.Write(ref _state, Idle); // it was raised: only the waiter itself lowers it
        Interlocked.MemoryBarrier();
        return ValueTask.CompletedTask;
    }

    /// <summary>Until nothing was raised meanwhile, or the waiter is needed.</summary>
    private void TryHandle()
    {
        try
        {
            while (InlineHandler?.TryHandle() == true)
            {
                if (Interlocked.CompareExchange(ref _state, Awaited, HandlingInline) == HandlingInline) return;
                Interlocked.Exchange(ref _state, HandlingInline);
            }
        }
#pragma warning disable CA1031 // it is the waiter's to handle
        catch (Exception e)
#pragma warning restore CA1031
        {
            Interlocked.Exchange(ref _state, Raised);
            _core.RunContinuationsAsynchronously = false;
            _core.SetException(e);
            return;
        }

        Interlocked.Exchange(ref _state, Raised);
        Release(runsHere: true);
    }

    private void Release(bool runsHere)
    {
        _core.RunContinuationsAsynchronously = !runsHere; // ours alone until the result is set
        _core.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token)
    {
        // Lowered first: it may throw what the attendant threw.
        Volatile.Write(ref _state, Idle);
        Interlocked.MemoryBarrier();
        _core.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
