using System.ComponentModel;
using Aspire.Hosting.ApplicationModel;
using PipelineAspire.LocalHosting.Planning;

namespace PipelineAspire.LocalHosting.Running;

/// <summary>One process of a resource through its life: its state and its log can be watched. It is never restarted.</summary>
internal sealed class Replica(ProcessPlan plan, TimeProvider clock)
{
    private static readonly TimeSpan WhileStarting = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan OnceHealthy = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SayWhyAfter = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<bool> _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChildProcess? _child;
    private Task _life = Task.CompletedTask;
    private long _startedAt;
    private bool _stopping;
    private bool _asked;

    /// <summary>Raised after every change of <see cref="State"/>, one at a time.</summary>
    public event EventHandler? Changed;

    /// <summary>Raised for every line the process writes, in turn with <see cref="Changed"/>.</summary>
    public event EventHandler<LineEventArgs>? Logged;

    public ProcessPlan Plan => plan;

    public LogTail Log { get; } = new();

    public ReplicaState State { get; private set; } = ReplicaState.NotStarted;

    public int? ProcessId => _child?.Id;

    /// <summary>Completes when the process is gone and that is said; at once when there is none.</summary>
    public Task Exited
    {
        get
        {
            lock (_gate) return _life;
        }
    }

    public void IsWaitingFor(string names) => Publish(new ReplicaState(KnownResourceStates.Waiting, null, TimeSpan.Zero, names));

    public void CannotStart(string why) => Publish(new ReplicaState(KnownResourceStates.FailedToStart, null, TimeSpan.Zero, why));

    /// <summary>Starts the process. The result tells, when it is known, whether it became healthy.</summary>
    public Task<bool> StartAsync()
    {
        lock (_gate)
        {
            if (_stopping) return Task.FromResult(false);
            _startedAt = clock.GetTimestamp();
            try
            {
                plan.Reservation?.HandOver();
                _child = ChildProcess.Start(plan, Hear);
                Publish(new ReplicaState(KnownResourceStates.Starting, null, TimeSpan.Zero, plan.Address));
            }
            catch (Win32Exception failed)
            {
                CannotStart($"{BuildOutput.DotnetExecutable}: {failed.Message}");
                return Task.FromResult(false);
            }

            _life = FollowAsync(_child);
            return _up.Task;
        }
    }

    /// <summary>From here on nothing is started and an exit is no surprise.</summary>
    public void ExpectExit()
    {
        lock (_gate) _stopping = true;
    }

    /// <summary>Asks the process to stop; <see cref="Exited"/> tells when it has.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            if (_asked || _child is null || _child.Exited.IsCompleted) return;
            _asked = true;
            Publish(new ReplicaState(KnownResourceStates.Stopping, State.Healthy, Age));
            _child.CloseInput();
        }
    }

    public void Kill()
    {
        lock (_gate)
        {
            _stopping = true;
            _child?.Kill();
        }
    }

    private TimeSpan Age => clock.GetElapsedTime(_startedAt);

    private async Task FollowAsync(ChildProcess child)
    {
        using var over = new CancellationTokenSource();
        var health = WatchHealthAsync(over.Token);
        var code = await child.Exited;
        await over.CancelAsync();
        await health;
        Publish(new ReplicaState(KnownResourceStates.Exited, false, Age, _stopping ? "asked" : null, code));
        _up.TrySetResult(false);
    }

    private async Task WatchHealthAsync(CancellationToken over)
    {
        string? lastSaid = null;
        try
        {
            while (true)
            {
                var wrong = plan.Probe is null ? null : await plan.Probe(over);
                if (wrong is null && State.Healthy != true) Tell(new ReplicaState(KnownResourceStates.Running, true, Age));
                else if (wrong is not null && State.Healthy == true) Tell(new ReplicaState(KnownResourceStates.Running, false, Age, wrong));
                else if (wrong is not null && State.Healthy is null && wrong != lastSaid && Age > SayWhyAfter)
                    Tell(new ReplicaState(KnownResourceStates.Starting, null, Age, lastSaid = wrong));
                if (wrong is null) _up.TrySetResult(true);
                if (plan.Probe is null) return;
                await Task.Delay(State.Healthy is null ? WhileStarting : OnceHealthy, clock, over);
            }
        }
        catch (OperationCanceledException)
        {
            // The process is gone.
        }
    }

    /// <summary>Health is news only as long as nobody stops the process.</summary>
    private void Tell(ReplicaState state)
    {
        lock (_gate)
        {
            if (!_stopping) Publish(state);
        }
    }

    private void Publish(ReplicaState state)
    {
        lock (_gate)
        {
            State = state;
            Changed?.Invoke(this, EventArgs.Empty);
        }
    }

    private void Hear(string line)
    {
        lock (_gate)
        {
            Log.Add(line);
            Logged?.Invoke(this, new LineEventArgs(line));
        }
    }
}
