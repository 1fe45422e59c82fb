namespace PipelineAspire.StatusStream.Tests.Hosting;

/// <summary>
/// Runs asynchronous code on the test's own thread and only when told to, so that together with a fake clock every run
/// of a test is the same run.
/// </summary>
internal sealed class Pump : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly Lock _gate = new();

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate) _posted.Enqueue((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => Run(() => d(state));

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Starts something and runs it as far as it goes without time.</summary>
    public Task Start(Func<Task> start)
    {
        Task started = Task.CompletedTask;
        Run(() => started = start());
        RunPosted();
        return started;
    }

    /// <summary>Does something and runs what follows from it.</summary>
    public void Do(Action action)
    {
        Run(action);
        RunPosted();
    }

    /// <summary>Runs until nothing is left to do.</summary>
    public void RunPosted() => Run(() =>
    {
        while (TryNext(out var next)) next.Callback(next.State);
    });

    private bool TryNext(out (SendOrPostCallback Callback, object? State) next)
    {
        lock (_gate) return _posted.TryDequeue(out next);
    }

    private void Run(Action action)
    {
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
