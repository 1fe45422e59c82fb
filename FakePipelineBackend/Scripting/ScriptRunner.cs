using PipelineAspire.FakePipelineBackend.Faults;
using PipelineAspire.FakePipelineBackend.Pipelines;

namespace PipelineAspire.FakePipelineBackend.Scripting;

/// <summary>What <c>GET /control/script</c> answers.</summary>
/// <param name="Running">Whether a script runs; without one nothing else is told.</param>
/// <param name="Repeat">Whether it begins anew when it is through.</param>
/// <param name="Round">Which run through the steps the next step belongs to, from 1.</param>
/// <param name="Steps">How many steps it has.</param>
/// <param name="NextStep">The next step, counted from 0 in the order of their times.</param>
/// <param name="ElapsedMs">Milliseconds since the start.</param>
public sealed record ScriptProgress(bool Running, bool? Repeat = null, int? Round = null, int? Steps = null, int? NextStep = null, long? ElapsedMs = null);

/// <summary>
/// Runs one script at a time. What a script has done stays when it ends or is replaced: states and faults are cleared
/// by whoever wants them cleared.
/// </summary>
public sealed class ScriptRunner : IDisposable
{
    private readonly PipelineRegistry _pipelines;
    private readonly FaultTable _faults;
    private readonly TimeProvider _clock;
    private readonly ILogger<ScriptRunner> _logger;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private Run? _current;

    public ScriptRunner(PipelineRegistry pipelines, FaultTable faults, TimeProvider timeProvider, ILogger<ScriptRunner> logger)
    {
        (_pipelines, _faults, _clock, _logger) = (pipelines, faults, timeProvider, logger);
        _timer = timeProvider.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends the running script and starts this one. Its steps at 0 are done when the call returns.</summary>
    public void Start(Script script)
    {
        lock (_gate)
        {
            _current = new Run(script, _clock.GetTimestamp());
            _logger.ScriptStarted(script.Steps.Count, script.Repeat);
            Advance(_current);
        }
    }

    /// <summary>Ends the running script, if there is one.</summary>
    public void End()
    {
        lock (_gate)
        {
            if (_current is null) return;

            _current = null;
            _logger.ScriptEnded();
        }
    }

    public ScriptProgress Progress()
    {
        lock (_gate)
        {
            return _current is { } run
                ? new(true, run.Script.Repeat, run.Round, run.Script.Steps.Count, run.Next, (long)_clock.GetElapsedTime(run.StartedAt).TotalMilliseconds)
                : new(false);
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>The timer may have been set for a script that is no more: what is due is always looked up anew.</summary>
    private void Wake()
    {
        lock (_gate)
        {
            if (_current is { } run) Advance(run);
        }
    }

    /// <summary>Does what is due, then waits for what is not.</summary>
    private void Advance(Run run)
    {
        // Looked up once: a script that asks for more than there is time for falls behind, but never keeps the lock.
        var elapsed = _clock.GetElapsedTime(run.StartedAt);
        while (true)
        {
            if (run.Next == run.Script.Steps.Count)
            {
                if (!run.Script.Repeat)
                {
                    _current = null;
                    _logger.ScriptFinished();
                    return;
                }

                run.BeginRound(elapsed);
            }

            var step = run.Script.Steps[run.Next];
            var wait = run.RoundStart + step.At - elapsed;
            if (wait > TimeSpan.Zero)
            {
                // Timers count whole milliseconds; a rounded-down wait would wake too early and spin.
                _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
                return;
            }

            Do(step);
            run.Next++;
        }
    }

    private void Do(ScriptStep step)
    {
        var all = step.Pipeline == ScriptStep.All;
        switch (step)
        {
            case StatusStep status when all:
                _pipelines.SetAll(status.Status);
                break;
            case StatusStep status:
                _pipelines.Set(status.Pipeline, status.Status);
                break;
            case FaultStep { Fault: { } fault } when all:
                _faults.SetForAll(fault);
                break;
            case FaultStep { Fault: { } fault }:
                _faults.Set(step.Pipeline, fault);
                break;
            case FaultStep when all:
                _faults.ClearAll();
                break;
            case FaultStep:
                _faults.Clear(step.Pipeline);
                break;
        }
    }

    private sealed class Run(Script script, long startedAt)
    {
        public Script Script { get; } = script;
        public long StartedAt { get; } = startedAt;
        public int Round { get; private set; } = 1;
        public int Next { get; set; }

        /// <summary>When the round began, counted from the start.</summary>
        public TimeSpan RoundStart { get; private set; }

        /// <summary>A process that was suspended for longer than a round goes on with the present round and leaves out the missed ones.</summary>
        public void BeginRound(TimeSpan elapsed)
        {
            Round++;
            Next = 0;
            RoundStart += Script.Period;
            if (elapsed - RoundStart > Script.Period) RoundStart = elapsed;
        }
    }
}
