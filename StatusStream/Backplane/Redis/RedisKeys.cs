using System.Globalization;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>
/// The keys and channels. One hash tag puts all keys on one node of a cluster, so that a script may touch them together.
/// Channels are the same in all databases of a Redis, so the database is part of their names.
/// </summary>
/// <param name="prefix">What the system is called (<c>StatusStream:RedisKeyPrefix</c>).</param>
/// <param name="space">What all names begin with (<c>channelPrefix</c> of the connection string); often nothing.</param>
/// <param name="database">The database that has the keys. Of number 0 nothing is said, as ever.</param>
/// <param name="version">The version of what is stored and published: that of this code, but for tests.</param>
internal sealed class RedisKeys(string prefix, string space = "", int database = 0, string version = RedisKeys.WireVersion)
{
    /// <summary>
    /// The version of what is stored and published. Replicas of another one have keys and channels of their own, so that during a
    /// rolling upgrade nobody meets what it cannot read: for that time there are two loops.
    /// </summary>
    public const string WireVersion = "v3";

    private readonly string _tag = $"{space}{{{prefix}}}:{version}:";
    private readonly string _channels = database == 0
        ? $"{space}{{{prefix}}}:{version}:"
        : string.Create(CultureInfo.InvariantCulture, $"{space}{{{prefix}}}:{version}:{database}:");

    /// <summary>String with expiry: owner and epoch of whoever polls.</summary>
    public RedisKey Lease => _tag + "lease";

    /// <summary>Hash: epoch, sequence and number (<c>beat</c>) of the newest update, and the epochs before it.</summary>
    public RedisKey Head => _tag + "head";

    /// <summary>Hash: pipeline to its record.</summary>
    public RedisKey Statuses => _tag + "statuses";

    /// <summary>Hash: pipeline to when it was last read, Unix milliseconds of Redis's clock, and its interval (ms) where that is its own.</summary>
    public RedisKey Reads => _tag + "reads";

    /// <summary>Sorted set: pipeline by when its interest runs out, Unix milliseconds of Redis's clock.</summary>
    public RedisKey Interest => _tag + "interest";

    /// <summary>Sorted set like <see cref="Interest"/>: pipelines that are watched, though not on the screen.</summary>
    public RedisKey Background => _tag + "background";

    /// <summary>Sorted set like <see cref="Interest"/>: pipelines whose whole answer somebody wants.</summary>
    public RedisKey DocumentInterest => _tag + "document-interest";

    /// <summary>Hash: pipeline to the backend's whole answer, where somebody wants it.</summary>
    public RedisKey Documents => _tag + "documents";

    /// <summary>
    /// Hash: the backend's list (<c>list</c>, see <see cref="PackedList"/>), what names it (<c>tag</c>), the backend's entity tag (<c>etag</c>)
    /// and when it was read (<c>at</c>, Unix milliseconds of Redis's clock). It expires.
    /// </summary>
    public RedisKey List => _tag + "list";

    /// <summary>String with expiry: who reads the list for all.</summary>
    public RedisKey ListClaim => _tag + "list-claim";

    /// <summary>Updates of the poller.</summary>
    public RedisChannel Changes => RedisChannel.Literal(_channels + "changes");

    /// <summary>What other replicas ask one of them, and answer it.</summary>
    public RedisChannel Replica(string address) => RedisChannel.Literal($"{_channels}replica:{address}");

    /// <summary>Requests to the poller, and word that the lease is free.</summary>
    public RedisChannel Notify => RedisChannel.Literal(_channels + "notify");
}
