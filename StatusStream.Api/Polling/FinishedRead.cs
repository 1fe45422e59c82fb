using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>A read that is over.</summary>
/// <param name="Reading">What it found.</param>
/// <param name="BegunAfter">The beat after which it began.</param>
/// <param name="Began">When it began, by the clock of the loop.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Ended">When it was over, as a timestamp of this process.</param>
internal readonly record struct FinishedRead(PipelineReading Reading, long BegunAfter, TimeSpan Began, TimeSpan Duration, long Ended);
