using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

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
