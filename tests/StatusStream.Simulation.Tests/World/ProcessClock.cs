namespace PipelineAspire.StatusStream.Simulation.Tests.World;

/// <summary>The virtual time as one process sees it; its timers fire on that process.</summary>
internal sealed class ProcessClock(VirtualClock clock, Process process) : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => clock.Now.Ticks;

    public override DateTimeOffset GetUtcNow() => Beginning + clock.Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(clock, process, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(VirtualClock clock, Process process, Action callback) : ITimer
    {
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var setting = ++_setting;
            if (dueTime != Timeout.InfiniteTimeSpan) Arm(setting, dueTime, period);
            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(int setting, TimeSpan dueTime, TimeSpan period) => clock.Schedule(dueTime, () => process.Run(() =>
        {
            if (setting != _setting) return;
            if (period != Timeout.InfiniteTimeSpan && period > TimeSpan.Zero) Arm(setting, period, period);
            callback();
        }));
    }
}
