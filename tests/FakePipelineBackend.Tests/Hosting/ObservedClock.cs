using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace PipelineAspire.FakePipelineBackend.Tests.Hosting;

/// <summary>A clock that a test moves, and that tells when somebody has begun to wait.</summary>
public sealed class ObservedClock : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _waits.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Returns as soon as a timer of this length has been made.</summary>
    public async Task SomebodyWaitsAsync(TimeSpan dueTime)
    {
        while (await _waits.Reader.ReadAsync().AsTask().WaitAsync(RunningBackend.Patience) != dueTime)
        {
        }
    }
}
