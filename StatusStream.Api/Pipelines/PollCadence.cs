namespace PipelineAspire.StatusStream.Pipelines;

/// <summary>The two times that the rest of the house derives its own from.</summary>
/// <param name="Interval">How often each watched pipeline is read.</param>
/// <param name="RequestTimeout">How long one read may take, body included.</param>
public sealed record PollCadence(TimeSpan Interval, TimeSpan RequestTimeout)
{
    /// <summary>How long a pipeline is still read after its last watcher has left, and how long a poll counts as watching.</summary>
    public TimeSpan Linger => 3 * Interval;

    /// <summary>How young a read must be for a poll to be answered from it.</summary>
    public TimeSpan FreshFor => 2 * Interval;
}
