using static PipelineAspire.FakePipelineBackend.Pipelines.PipelineStates;

namespace PipelineAspire.FakePipelineBackend.Pipelines;

/// <summary>What a user may ask of a pipeline.</summary>
public enum PipelineMove
{
    Stop,
    Resume,
    Pause,
    Terminate,
}

/// <summary>A move from one resting state to another, by way of a transitional one.</summary>
public sealed record PipelineTransition(PipelineMove Move, string From, string Through, string To);

/// <summary>Which moves there are. Pure: it knows neither pipelines nor time.</summary>
public static class PipelineLifecycle
{
    private static readonly PipelineTransition[] Transitions =
    [
        new(PipelineMove.Stop, Running, Stopping, Stopped),
        new(PipelineMove.Terminate, Running, Terminating, Stopped),
        new(PipelineMove.Resume, Stopped, Resuming, Running),
        new(PipelineMove.Pause, Running, Pausing, Paused),
        new(PipelineMove.Resume, Paused, Resuming, Running),
    ];

    /// <summary>The transition that <paramref name="move"/> begins in <paramref name="status"/>, or null when it is not allowed there.</summary>
    /// <param name="status">The present status; its case does not matter, as it does not to readers of the backend.</param>
    /// <param name="move">What is asked.</param>
    public static PipelineTransition? Find(string? status, PipelineMove move) =>
        Array.Find(Transitions, transition => transition.Move == move && Is(status, transition.From));

    /// <summary>The states in which <paramref name="move"/> is allowed.</summary>
    public static IEnumerable<string> StatesThatAllow(PipelineMove move) =>
        Transitions.Where(transition => transition.Move == move).Select(transition => transition.From);

    /// <summary>Only a stopped pipeline can be deleted.</summary>
    public static bool MayBeDeleted(string? status) => Is(status, Stopped);

    private static bool Is(string? status, string state) => string.Equals(status, state, StringComparison.OrdinalIgnoreCase);
}
