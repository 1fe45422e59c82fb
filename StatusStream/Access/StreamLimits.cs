using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Access;

/// <summary>How many streams one client may open in a time, and how many it may have open.</summary>
internal sealed class StreamLimits : IDisposable
{
    private const int BurstSeconds = 4;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly int _opensPerSecond;
    private readonly int _streams;
    private readonly Refusals _refusals;
    private readonly PartitionedRateLimiter<ClientKey>? _opening;
    private readonly ClientStreams? _open;

    public StreamLimits(IOptions<LimitsOptions> options, Refusals refusals)
    {
        (_opensPerSecond, _streams, _refusals) = (options.Value.OpensPerSecondPerClient, options.Value.StreamsPerClient, refusals);
        if (_opensPerSecond > 0) _opening = PartitionedRateLimiter.Create<ClientKey, ClientKey>(OpeningOf);
        if (_streams > 0) _open = new ClientStreams(_streams);
    }

    /// <summary>Refuses a stream that is more than its client may have.</summary>
    /// <param name="context">The request.</param>
    /// <param name="stream">To be disposed of when an admitted stream is over; null when nobody counts.</param>
    /// <returns>The answer of 429, or null when the stream is admitted.</returns>
    public IResult? Refuse(HttpContext context, out ClientStream? stream)
    {
        stream = null;
        if (_opening is null && _open is null) return null;
        var client = ClientKey.Of(context);
        if (!MayOpen(client, out var retryAfter))
        {
            return _refusals.TooMany(
                context, Limit.OpensPerSecondPerClient, client, $"This client opens more than {_opensPerSecond} streams a second.", retryAfter);
        }

        if (_open is null) return null;
        stream = _open.TryOpen(client);
        return stream is null
            ? _refusals.TooMany(context, Limit.StreamsPerClient, client, $"This client has {_streams} streams open, as many as one may have.", RetryAfter)
            : null;
    }

    public void Dispose() => _opening?.Dispose();

    private bool MayOpen(ClientKey client, out TimeSpan retryAfter)
    {
        retryAfter = default;
        if (_opening is null) return true;
        try
        {
            using var lease = _opening.AttemptAcquire(client);
            if (lease.IsAcquired) return true;
            if (!lease.TryGetMetadata(MetadataName.RetryAfter, out retryAfter)) retryAfter = RetryAfter;
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true; // its bucket has been full for so long that it was freed just now
        }
    }

    /// <summary>A client's bucket is freed when it has been full for ten seconds.</summary>
    private RateLimitPartition<ClientKey> OpeningOf(ClientKey client) => RateLimitPartition.GetTokenBucketLimiter(client, Bucket);

    /// <summary>One token at a time, so that opens are spread over the second.</summary>
    private TokenBucketRateLimiterOptions Bucket(ClientKey client) => new()
    {
        TokenLimit = BurstSeconds * _opensPerSecond,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1) / _opensPerSecond,
        AutoReplenishment = false, // one timer for all clients does it
    };
}
