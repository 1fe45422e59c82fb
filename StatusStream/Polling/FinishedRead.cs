using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>A read that is over.</summary>
/// <param name="Reading">What it found.</param>
/// <param name="BegunAfter">The beat after which it began.</param>
/// <param name="BegunAt">When it began, as a timestamp of this process.</param>
/// <param name="EndedAt">When it was over, as a timestamp of this process.</param>
internal readonly record struct FinishedRead(PipelineReading Reading, long BegunAfter, long BegunAt, long EndedAt);
