namespace PipelineAspire.StatusStream.Pipelines;

/// <summary>The times that the rest of the house derives its own from.</summary>
/// <param name="Interval">How often a watched pipeline is read, unless it has a pace of its own.</param>
/// <param name="RequestTimeout">How long one read may take, body included.</param>
internal sealed record PollCadence(TimeSpan Interval, TimeSpan RequestTimeout)
{
    /// <summary>The longest interval of a pipeline that the backend does not have.</summary>
    public static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(60);

    /// <summary>The longest interval of a pipeline that does not change. Default: <see cref="Interval"/>.</summary>
    public TimeSpan StableInterval { get; init; } = Interval;

    /// <summary>The shortest interval of a pipeline that is visible on nobody's screen. Default: <see cref="Interval"/>.</summary>
    public TimeSpan BackgroundInterval { get; init; } = Interval;

    /// <summary>True when some pipelines may be read less often than once per interval.</summary>
    public bool IsAnythingPaced => StableInterval > Interval || BackgroundInterval > Interval;

    /// <summary>How long a pipeline is still read after its last watcher has left, and how long a poll counts as watching.</summary>
    public TimeSpan RetainFor => 3 * Interval;

    /// <summary>How young a read must be for a poll to be answered from it, for a pipeline that is read at this interval.</summary>
    public static TimeSpan MaxAge(TimeSpan interval) => 2 * interval;

    /// <summary>
    /// How old a read may be when it is told: an older one is left over from a loop that stood still or died. A second of it is for a
    /// busy machine, which must not keep changes back where intervals are short.
    /// </summary>
    public TimeSpan LeftOverAge(TimeSpan interval) => MaxAge(interval) + RequestTimeout + TimeSpan.FromSeconds(1);

    /// <summary>
    /// How old the last good read of what an open stream was told may be before the stream is told that it is in
    /// doubt: V of the contract.
    /// </summary>
    public TimeSpan FreshnessBound(TimeSpan interval) => interval + RequestTimeout + TimeSpan.FromSeconds(8);

    /// <summary>
    /// How long the shared loop may bring nothing before a replica takes it for lost: longer than a take-over, and short
    /// enough to read everything anew within the bound.
    /// </summary>
    public TimeSpan ProgressBound(TimeSpan interval) => interval + RequestTimeout + TimeSpan.FromSeconds(7);
}
