using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>A read that is over.</summary>
/// <param name="Reading">What it found.</param>
/// <param name="StartedAfter">The number of the update after which it began.</param>
/// <param name="BegunAt">When it began, as a timestamp of this process.</param>
/// <param name="EndedAt">When it was over, as a timestamp of this process.</param>
internal readonly record struct FinishedRead(PipelineReading Reading, long StartedAfter, long BegunAt, long EndedAt);
