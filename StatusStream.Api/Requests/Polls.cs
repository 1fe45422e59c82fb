using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;

namespace PipelineAspire.StatusStream.Requests;

/// <summary>A poll as a watcher.</summary>
internal static class Polls
{
    /// <summary>
    /// Asks for the statuses and watches until they are there: a read that takes longer than a pipeline lingers would
    /// else be forgotten together with its pipeline before anybody is told of it.
    /// </summary>
    public static async Task<IReadOnlyList<PolledPipeline>> PollAsync(this WatchList watchList, StatusBroadcaster broadcaster, IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken)
    {
        watchList.Add(pipelineIds);
        try
        {
            return await broadcaster.PollAsync(pipelineIds, cancellationToken);
        }
        finally
        {
            watchList.Remove(pipelineIds);
        }
    }
}
