namespace PipelineAspire.StatusStream.Simulation.Tests.World;

/// <summary>
/// One process: a context on which all its code runs, a clock, and the two ways to take it from the processor. Killed,
/// it never runs again; paused, everything that was due runs when it is resumed, late.
/// </summary>
internal sealed class Process(VirtualClock clock, Random random) : SynchronizationContext
{
    private readonly List<Action> _held = [];

    public bool IsKilled { get; private set; }

    public bool IsPaused { get; private set; }

    public bool IsRunning => !IsKilled && !IsPaused;

    public TimeProvider TimeProvider => field ??= new ProcessClock(clock, this);

    public void Kill()
    {
        IsKilled = true;
        _held.Clear();
    }

    public void Pause() => IsPaused = true;

    /// <summary>Since when it has not been paused.</summary>
    public TimeSpan RunsSince { get; private set; } = clock.Now;

    public void Resume()
    {
        IsPaused = false;
        RunsSince = clock.Now;
        Action[] held = [.. _held];
        _held.Clear();
        foreach (var action in held) Run(action);
    }

    /// <summary>Runs something on this process, a moment from now, seldom a long one: how long that is decides who comes first.</summary>
    public void Run(Action action) =>
        clock.Schedule(TimeSpan.FromMicroseconds(random.Next(30) == 0 ? random.Next(200_000) : random.Next(100)), () => Enter(action));

    public override void Post(SendOrPostCallback d, object? state) => Run(() => d(state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing in here may block.");

    public override SynchronizationContext CreateCopy() => this;

    private void Enter(Action action)
    {
        if (IsKilled) return;
        if (IsPaused)
        {
            _held.Add(action);
            return;
        }

        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
