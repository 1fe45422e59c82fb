using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>What a poll is told of one pipeline.</summary>
/// <param name="PipelineId">Its id.</param>
/// <param name="Record">What is known, or null.</param>
/// <param name="IsFresh">True when a good read stands behind it that was younger than two intervals when it was asked for.</param>
/// <param name="ReadAt">When it was last read, by the broadcaster's clock.</param>
internal readonly record struct PolledPipeline(string PipelineId, PipelineRecord? Record, bool IsFresh, TimeSpan ReadAt);
