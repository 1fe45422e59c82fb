using System.ComponentModel;
using Aspire.Hosting.ApplicationModel;
using PipelineAspire.LocalHosting.Planning;

namespace PipelineAspire.LocalHosting.Running;

/// <summary>
/// One process of a resource, from start to exit and, on command, from start to exit again: its state and its log can be
/// watched. It is never restarted by itself.
/// </summary>
internal sealed class Replica(ProcessPlan plan, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private ChildProcess? _child;
    private TaskCompletionSource<bool> _up = NewPromise();
    private Task _life = Task.CompletedTask;
    private long _startedAt;
    private bool _expected;
    private bool _asked;
    private bool _closed;
    private ProcessPause? _pause;
    private ReplicaState _beforePause = ReplicaState.NotStarted;

    /// <summary>Raised after every change of <see cref="State"/>, one at a time.</summary>
    public event EventHandler? Changed;

    /// <summary>Raised for every line the process writes, in turn with <see cref="Changed"/>.</summary>
    public event EventHandler<LineEventArgs>? Logged;

    public ProcessPlan Plan => plan;

    public LogTail Log { get; } = new();

    public ReplicaState State { get; private set; } = ReplicaState.NotStarted;

    /// <summary>Of the running process.</summary>
    public int? ProcessId => _child?.Id;

    /// <summary>When the process that runs, or ran last, was started.</summary>
    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>When the last process ended; null while one runs.</summary>
    public DateTimeOffset? StoppedAt { get; private set; }

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

    /// <summary>Starts the process, unless it runs. The result tells, when it is known, whether it became healthy.</summary>
    public Task<bool> StartAsync()
    {
        lock (_gate)
        {
            if (_closed) return Task.FromResult(false);
            if (_child is not null) return _up.Task;
            (_up, _expected, _asked, _startedAt) = (NewPromise(), false, false, clock.GetTimestamp());
            (StartedAt, StoppedAt) = (clock.GetUtcNow(), null);
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

    /// <summary>The application stops: from here on nothing is started and an exit is no surprise.</summary>
    public void Close()
    {
        lock (_gate) (_closed, _expected) = (true, true);
    }

    /// <summary>Asks the process to stop; <see cref="Exited"/> tells when it has.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _expected = true;
            if (_asked || _child is null || _child.Exited.IsCompleted) return;
            _asked = true;
            EndPause();
            Publish(new ReplicaState(KnownResourceStates.Stopping, State.Healthy, Age));
            _child.CloseInput();
        }
    }

    public void Kill()
    {
        lock (_gate)
        {
            _expected = true;
            _child?.Kill();
            EndPause();
        }
    }

    /// <summary>Stops the process where it stands (SIGSTOP); it keeps its connections and does nothing.</summary>
    /// <exception cref="PlatformNotSupportedException">There are no such signals on Windows.</exception>
    public void Pause()
    {
        lock (_gate)
        {
            if (_child is null || _pause is not null || _asked) return;
            _pause = ProcessPause.Begin(_child.Id);
            _beforePause = State;
            Publish(new ReplicaState(ReplicaState.Paused, null, Age));
        }
    }

    /// <summary>Lets a paused process go on (SIGCONT).</summary>
    public void Resume()
    {
        lock (_gate)
        {
            if (_pause is null) return;
            EndPause();
            Publish(_beforePause with { Age = Age });
        }
    }

    private TimeSpan Age => clock.GetElapsedTime(_startedAt);

    private static TaskCompletionSource<bool> NewPromise() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void EndPause()
    {
        _pause?.Dispose();
        _pause = null;
    }

    private async Task FollowAsync(ChildProcess child)
    {
        using var over = new CancellationTokenSource();
        var health = plan.Probe is { } probe ? new HealthWatch(probe, clock).WatchAsync(() => State, Tell, over.Token) : BeHealthyAsync();
        var code = await child.Exited;
        await over.CancelAsync();
        await health;
        lock (_gate)
        {
            EndPause();
            (_child, StoppedAt) = (null, clock.GetUtcNow());
            Publish(new ReplicaState(KnownResourceStates.Exited, false, Age, _expected ? "asked" : null, code));
            _up.TrySetResult(false);
        }
    }

    /// <summary>What has no health check is healthy as soon as it runs.</summary>
    private Task BeHealthyAsync()
    {
        Tell(new ReplicaState(KnownResourceStates.Running, true, TimeSpan.Zero));
        return Task.CompletedTask;
    }

    /// <summary>Health is news only as long as nobody stops or pauses the process.</summary>
    private void Tell(ReplicaState state)
    {
        lock (_gate)
        {
            if (_expected || _pause is not null) return;
            Publish(state with { Age = Age });
            if (state.IsUp) _up.TrySetResult(true);
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
            var number = Log.Add(line);
            Logged?.Invoke(this, new LineEventArgs(line, number));
        }
    }
}
