using System.Globalization;
using PipelineAspire.StatusStream.Backplane.Sharing;
using PipelineAspire.StatusStream.Pipelines;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>The list in Redis. A Redis that is gone, or refuses it, costs the backend a read for each replica and nobody the list.</summary>
internal sealed class RedisSharedList(
    RedisCalls calls, RedisKeys keys, ReplicaName self, UpdateFeed feed, PollCadence cadence, ILogger<RedisSharedList> logger) : ISharedList
{
    /// <summary>So much longer than a read may take does a claim hold.</summary>
    private static readonly TimeSpan ClaimMargin = TimeSpan.FromSeconds(1);

    /// <summary>So many intervals after it was read a list is of use: to confirm it takes less than to send it.</summary>
    private const int KeptIntervals = 3;

    private long _lastClaim;
    private bool _isRefused;

    public async ValueTask<SharedListState> FindAsync(string? knownTag, bool mayClaim, CancellationToken cancellationToken)
    {
        if (feed.IsIsolated) return SharedListState.Alone;
        var token = mayClaim ? string.Create(CultureInfo.InvariantCulture, $"{self.Text}|{Interlocked.Increment(ref _lastClaim)}") : "";
        try
        {
            var reply = (RedisResult[])(await calls.EvaluateAsync(
                RedisScripts.FindList, Keys,
                [knownTag ?? "", Milliseconds(cadence.Interval), token, Milliseconds(cadence.RequestTimeout + ClaimMargin)], cancellationToken))!;
            Note(refusal: null);
            return Read(reply, token, knownTag);
        }
        catch (Exception e) when (e is SharedStateException or InvalidDataException)
        {
            Note(e.Message);
            return SharedListState.Alone;
        }
    }

    public async ValueTask PublishAsync(ListClaim claim, SharedListCopy? copy)
    {
        if (feed.IsIsolated) return;
        var isConfirmed = copy is null || copy.Json.IsEmpty;
        try
        {
            await calls.EvaluateAsync(
                RedisScripts.PublishList, Keys,
                [
                    claim.Token, copy?.Tag ?? "", copy?.ETag ?? "", Milliseconds((cadence.Interval * KeptIntervals) + cadence.RequestTimeout),
                    isConfirmed ? 0 : 1, isConfirmed ? RedisValue.EmptyString : PackedList.Pack(copy!.Json),
                ],
                CancellationToken.None);
        }
        catch (SharedStateException e)
        {
            Note(e.Message); // the claim runs out by itself
        }
    }

    private RedisKey[] Keys => [keys.List, keys.ListClaim];

    private static SharedListState Read(RedisResult[] reply, string token, string? knownTag)
    {
        var tag = reply.Length > 1 ? (string?)reply[1] : null;
        switch ((string?)reply[0])
        {
            case "reading":
                return SharedListState.BeingRead;
            case "claimed":
                return new SharedListState { Claim = new ListClaim(token, string.IsNullOrEmpty(tag) ? null : tag) };
            case "fresh" when tag is not null && RedisNumbers.TryParse((string?)reply[2], out var age):
                var packed = (byte[])reply[4]!;
                if (tag != knownTag && packed.Length == 0) return SharedListState.Alone; // it was too large
                var etag = (string?)reply[3];
                var json = tag == knownTag ? default : PackedList.Unpack(packed);
                return new SharedListState
                {
                    Copy = new SharedListCopy(tag, string.IsNullOrEmpty(etag) ? null : etag, json),
                    Age = TimeSpan.FromMilliseconds(age),
                };
            default:
                return SharedListState.Alone;
        }
    }

    private static long Milliseconds(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);

    private void Note(string? refusal)
    {
        if (refusal is not null && !_isRefused) logger.ListNotShared(refusal);
        _isRefused = refusal is not null;
    }
}
