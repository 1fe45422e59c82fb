using System.Collections.ObjectModel;

namespace PipelineAspire.StatusStream.Pipelines;

/// <summary>
/// For how long what was told counts as confirmed, unless something else is heard: what a hub says to a hub that passes its streams on.
/// Relative to the moment when it was made, so that it means the same on another machine.
/// </summary>
/// <param name="For">How long everything but the exceptions does.</param>
/// <param name="Exceptions">Pipelines that are confirmed for less than <see cref="Soon"/>, and for how long: zero for not at all.</param>
internal sealed record FreshnessLease(TimeSpan For, IReadOnlyDictionary<string, TimeSpan> Exceptions)
{
    /// <summary>One pipeline that is about to come into doubt shortens nobody else's lease.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    /// <summary>How many exceptions are named at most; where there are more, all share the shortest lease.</summary>
    public const int MaxExceptions = 100;

    /// <summary>Nothing is confirmed.</summary>
    public static readonly FreshnessLease None = new(TimeSpan.Zero, ReadOnlyDictionary<string, TimeSpan>.Empty);

    /// <summary>How long a pipeline counts as confirmed.</summary>
    public TimeSpan Of(string pipelineId) => Exceptions.TryGetValue(pipelineId, out var shorter) && shorter < For ? shorter : For;

    /// <summary>True when some pipeline counts as confirmed no more.</summary>
    public bool IsOverForAny => For == TimeSpan.Zero || Exceptions.Values.Any(static left => left == TimeSpan.Zero);

    /// <summary>The same some time later.</summary>
    public FreshnessLease After(TimeSpan passed) => new(
        Left(For, passed),
        Exceptions.Count == 0 ? Exceptions : Exceptions.ToDictionary(pair => pair.Key, pair => Left(pair.Value, passed), StringComparer.Ordinal));

    private static TimeSpan Left(TimeSpan time, TimeSpan passed) => time > passed ? time - passed : TimeSpan.Zero;
}
