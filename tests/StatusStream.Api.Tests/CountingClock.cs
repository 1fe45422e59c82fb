using Microsoft.Extensions.Time.Testing;

namespace PipelineAspire.StatusStream.Tests;

/// <summary>A manual clock that counts how often a timer was set, and how often one rang.</summary>
internal sealed class CountingClock : TimeProvider
{
    private readonly FakeTimeProvider _clock = new();

    public int Set { get; private set; }

    public int Rung { get; private set; }

    public override long TimestampFrequency => _clock.TimestampFrequency;

    public override long GetTimestamp() => _clock.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = _clock.CreateTimer(
            inner =>
            {
                Rung++;
                callback(inner);
            },
            state,
            dueTime,
            period);
        return new CountedTimer(this, timer);
    }

    public void Pass(TimeSpan time) => _clock.Advance(time);

    private sealed class CountedTimer(CountingClock clock, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Set++;
            return timer.Change(dueTime, period);
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
