using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Sharing;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

/// <summary>Short ways to say what is watched.</summary>
internal static class Announcements
{
    /// <summary>Says what is watched and on the screen, each for as long as it says.</summary>
    public static Task AnnounceAsync(
        this ISharedState state, IReadOnlyList<(string PipelineId, TimeSpan For)> watched, IReadOnlyList<string> began, CancellationToken cancellationToken) =>
        state.AnnounceAsync([.. watched.Select(watch => new WatchedPipeline(watch.PipelineId, watch.For))], new PollRequest(began, []), cancellationToken);
}
