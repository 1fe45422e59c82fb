using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>The keys and channels. One hash tag puts all keys on one node of a cluster, so that a script may touch them together.</summary>
internal sealed class RedisKeys(string prefix)
{
    private readonly string _tag = $"{{{prefix}}}:";

    /// <summary>String with expiry: owner and epoch of whoever polls.</summary>
    public RedisKey Lease => _tag + "lease";

    /// <summary>Hash: epoch, sequence and beat of the newest update.</summary>
    public RedisKey Head => _tag + "head";

    /// <summary>Hash: pipeline to its record.</summary>
    public RedisKey Statuses => _tag + "statuses";

    /// <summary>Hash: pipeline to when it was last read, Unix milliseconds of Redis's clock.</summary>
    public RedisKey Reads => _tag + "reads";

    /// <summary>Sorted set: pipeline by when its interest runs out, Unix milliseconds of Redis's clock.</summary>
    public RedisKey Interest => _tag + "interest";

    /// <summary>Updates of the poller.</summary>
    public RedisChannel Changes => RedisChannel.Literal(_tag + "changes");

    /// <summary>Requests to the poller, and word that the lease is free.</summary>
    public RedisChannel Notify => RedisChannel.Literal(_tag + "notify");
}
