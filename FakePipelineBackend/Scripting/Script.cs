using PipelineAspire.FakePipelineBackend.Faults;

namespace PipelineAspire.FakePipelineBackend.Scripting;

/// <summary>One thing that a script does.</summary>
/// <param name="At">When, counted from the start of the script or of its round.</param>
/// <param name="Pipeline">An id, or <see cref="All"/>.</param>
public abstract record ScriptStep(TimeSpan At, string Pipeline)
{
    /// <summary>All pipelines: for a status those that exist at that moment, for a fault every read.</summary>
    public const string All = "*";
}

/// <summary>Creates the pipeline or sets its status at once.</summary>
public sealed record StatusStep(TimeSpan At, string Pipeline, string? Status) : ScriptStep(At, Pipeline);

/// <summary>Sets a fault, or clears it when <paramref name="Fault"/> is null; null for all pipelines clears every fault.</summary>
public sealed record FaultStep(TimeSpan At, string Pipeline, Fault? Fault) : ScriptStep(At, Pipeline);

/// <summary>What happens to the pipelines, and when.</summary>
public sealed class Script
{
    /// <param name="repeat">Whether a round follows the other until the script is ended; not all steps are at 0 then.</param>
    /// <param name="steps">At least one, in any order.</param>
    public Script(bool repeat, IEnumerable<ScriptStep> steps)
    {
        Repeat = repeat;
        Steps = [.. steps.OrderBy(step => step.At)];
        var last = Steps[^1].At;
        var lastButOne = Steps.LastOrDefault(step => step.At < last)?.At ?? TimeSpan.Zero;
        Period = last + (last - lastButOne);
    }

    public bool Repeat { get; }

    /// <summary>In the order of their times; those of one time in the order they were given.</summary>
    public IReadOnlyList<ScriptStep> Steps { get; }

    /// <summary>
    /// How long a round of a repeated script takes: the last state lasts as long as the one before it. (If a new round
    /// began at the moment of the last step, its first step could undo it before anybody saw it.)
    /// </summary>
    public TimeSpan Period { get; }
}
