using PipelineAspire.StatusStream.Backplane.Redis;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Sharing.Tests.Refusals;

/// <summary>The keys and channels of replicas whose settings say nothing of them.</summary>
internal static class SharedKeys
{
    private static readonly RedisKeys Names = new("statusstream");

    /// <summary>All that the shared loop needs, found by their type, so that a new one is tried, too. The list of pipelines is no matter of the loop.</summary>
    public static readonly IReadOnlyList<(string Name, string Key)> All =
    [
        .. typeof(RedisKeys).GetProperties()
            .Where(property => property.PropertyType == typeof(RedisKey) && !property.Name.StartsWith(nameof(RedisKeys.List), StringComparison.Ordinal))
            .Select(property => property.GetValue(Names)!.ToString()!)
            .Select(key => (key[(key.LastIndexOf(':') + 1)..], key)),
    ];

    public static readonly IReadOnlyList<(string Name, string Channel)> Channels = [("changes", Names.Changes.ToString()), ("notify", Names.Notify.ToString())];

    public static string Statuses => Names.Statuses.ToString();

    public static string Documents => Names.Documents.ToString();
}
