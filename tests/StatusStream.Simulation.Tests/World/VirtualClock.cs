namespace PipelineAspire.StatusStream.Simulation.Tests.World;

/// <summary>Time that passes only when there is nothing left to do at the present moment.</summary>
internal sealed class VirtualClock
{
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _agenda = new();
    private long _order;

    public TimeSpan Now { get; private set; }

    public void Schedule(TimeSpan delay, Action action) =>
        _agenda.Enqueue(action, (Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero), _order++));

    /// <summary>Runs everything up to <paramref name="end"/>, in order.</summary>
    public void RunUntil(TimeSpan end)
    {
        while (_agenda.TryPeek(out var action, out var when) && when.At <= end)
        {
            _agenda.Dequeue();
            Now = when.At;
            action();
        }

        Now = end;
    }
}
