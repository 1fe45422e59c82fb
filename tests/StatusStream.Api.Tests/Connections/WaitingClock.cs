using Microsoft.Extensions.Time.Testing;

namespace PipelineAspire.StatusStream.Tests.Connections;

/// <summary>A clock of the test's own that knows whether somebody waits for it, so that no time passes while somebody is busy.</summary>
internal sealed class WaitingClock : FakeTimeProvider
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _waitedFor = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _timers;

    /// <summary>Completes once a timer runs.</summary>
    public Task WaitedForAsync()
    {
        lock (_gate) return _waitedFor.Task;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new CountedTimer(this);

        // Registering passes a gate of the clock's: while it is closed, time that is advanced fires nothing.
        timer.Inner = base.CreateTimer(
            _ =>
            {
                timer.End();
                callback(state);
            },
            null, dueTime, period);
        timer.Begin();
        return timer;
    }

    private void Count(int more)
    {
        lock (_gate)
        {
            _timers += more;
            if (_timers > 0) _waitedFor.TrySetResult();
            else if (_waitedFor.Task.IsCompleted) _waitedFor = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private sealed class CountedTimer : ITimer
    {
        private const int Counted = 1;
        private const int Ended = 2;

        private readonly WaitingClock _clock;
        private int _state;

        public CountedTimer(WaitingClock clock) => _clock = clock;

        public ITimer? Inner { get; set; }

        public void Begin()
        {
            if (Interlocked.CompareExchange(ref _state, Counted, 0) == 0) _clock.Count(1);
        }

        public void End()
        {
            if (Interlocked.Exchange(ref _state, Ended) == Counted) _clock.Count(-1);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => Inner!.Change(dueTime, period);

        public void Dispose()
        {
            End();
            Inner?.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
