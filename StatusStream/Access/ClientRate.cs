using System.Threading.RateLimiting;

namespace PipelineAspire.StatusStream.Access;

/// <summary>How often each client may do something in a second, and four times as often at once. A client that rests costs nothing.</summary>
internal sealed class ClientRate(int perSecond) : IDisposable
{
    private const int BurstSeconds = 4;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    // A client's bucket is freed when it has been full for ten seconds.
    private readonly PartitionedRateLimiter<ClientKey> _buckets = PartitionedRateLimiter.Create<ClientKey, ClientKey>(
        client => RateLimitPartition.GetTokenBucketLimiter(client, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = BurstSeconds * perSecond,
            TokensPerPeriod = 1, // one at a time, so that they are spread over the second
            ReplenishmentPeriod = TimeSpan.FromSeconds(1) / perSecond,
            AutoReplenishment = false, // one timer for all clients does it
        }));

    /// <summary>Counts once more; false when that is too often.</summary>
    public bool TryPass(ClientKey client, out TimeSpan retryAfter)
    {
        retryAfter = default;
        try
        {
            using var lease = _buckets.AttemptAcquire(client);
            if (lease.IsAcquired) return true;
            if (!lease.TryGetMetadata(MetadataName.RetryAfter, out retryAfter)) retryAfter = RetryAfter;
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true; // its bucket has been full for so long that it was freed just now
        }
    }

    public void Dispose() => _buckets.Dispose();
}
