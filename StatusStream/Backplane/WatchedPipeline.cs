namespace PipelineAspire.StatusStream.Backplane;

/// <summary>A pipeline that has to be read.</summary>
/// <param name="PipelineId">Its id.</param>
/// <param name="Remaining">How much longer, when its last watcher has left; null while somebody watches.</param>
/// <param name="IsVisible">True when somebody may have it on the screen.</param>
/// <param name="DocumentFor">How much longer somebody wants the backend's whole answer; zero when nobody does.</param>
internal readonly record struct WatchedPipeline(string PipelineId, TimeSpan? Remaining, bool IsVisible = true, TimeSpan DocumentFor = default);
