using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>A shared status.</summary>
/// <param name="Record">What is known.</param>
/// <param name="Age">How long ago it was last read.</param>
/// <param name="Interval">Within what time it is read again; null for the poll interval.</param>
internal readonly record struct AgedRecord(PipelineRecord Record, TimeSpan Age, TimeSpan? Interval = null);
