namespace PipelineAspire.StatusStream.Backplane;

/// <summary>A pipeline that has to be read.</summary>
/// <param name="PipelineId">Its id.</param>
/// <param name="Remaining">How much longer, when its last watcher has left; null while somebody watches.</param>
internal readonly record struct WatchedPipeline(string PipelineId, TimeSpan? Remaining);
