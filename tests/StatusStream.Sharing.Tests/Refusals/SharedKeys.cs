using PipelineAspire.StatusStream.Backplane.Redis;

namespace PipelineAspire.StatusStream.Sharing.Tests.Refusals;

/// <summary>The keys and channels of replicas whose settings say nothing of them.</summary>
internal static class SharedKeys
{
    private static readonly RedisKeys Names = new("statusstream");

    public static readonly IReadOnlyList<(string Name, string Key)> All =
    [
        ("lease", Names.Lease.ToString()), ("head", Names.Head.ToString()), ("statuses", Names.Statuses.ToString()),
        ("reads", Names.Reads.ToString()), ("interest", Names.Interest.ToString()), ("background", Names.Background.ToString()),
        ("document-interest", Names.DocumentInterest.ToString()), ("documents", Names.Documents.ToString()),
    ];

    public static readonly IReadOnlyList<(string Name, string Channel)> Channels = [("changes", Names.Changes.ToString()), ("notify", Names.Notify.ToString())];

    public static string Statuses => Names.Statuses.ToString();

    public static string Documents => Names.Documents.ToString();
}
