using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>A request that is over.</summary>
/// <param name="Answer">What it found.</param>
/// <param name="StartedAfter">The number of the update after which it began.</param>
/// <param name="BegunAt">When it began, as a timestamp of this process.</param>
/// <param name="EndedAt">When it was over, as a timestamp of this process.</param>
internal readonly record struct FinishedRead(BackendAnswer Answer, long StartedAfter, long BegunAt, long EndedAt);

/// <summary>A look at the backend's list that is over.</summary>
/// <param name="PipelineIds">What it shows; null when it could not be read.</param>
/// <param name="Duration">How long it took.</param>
internal readonly record struct FinishedListing(IReadOnlySet<string>? PipelineIds, TimeSpan Duration);

/// <summary>The backend's answer about one pipeline or many.</summary>
/// <param name="Readings">What it says.</param>
internal sealed record BackendAnswer(IReadOnlyList<PipelineReading> Readings)
{
    /// <summary>Pipelines that a batch was asked for and did not have.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>All pipelines in an answer about all; null in others.</summary>
    public IReadOnlySet<string>? Shown { get; init; }

    /// <summary>The answer about one pipeline.</summary>
    public static BackendAnswer Of(in PipelineReading reading) => new([reading]);

    /// <summary>The same failure for each of many pipelines.</summary>
    public static BackendAnswer Failed(IEnumerable<string> pipelineIds, PipelineReading failure) =>
        new([.. pipelineIds.Select(id => failure with { PipelineId = id })]);
}
