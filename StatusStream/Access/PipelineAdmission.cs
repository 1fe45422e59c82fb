using System.Collections.ObjectModel;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Polling.Pacing;

namespace PipelineAspire.StatusStream.Access;

/// <summary>
/// Decides which pipelines are watched for a client, since each that nobody watches yet makes the backend be asked. What is watched
/// or known already, or shown by the backend's list, costs a client nothing.
/// </summary>
internal sealed class PipelineAdmission : IDisposable
{
    /// <summary>So few unknown pipelines are taken without a look at the list, as long as the client may ask for them.</summary>
    private const int Few = 10;

    private static readonly TimeSpan LongestListWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private static readonly IReadOnlyDictionary<string, PipelineCondition> Nothing = ReadOnlyDictionary<string, PipelineCondition>.Empty;

    private readonly WatchList _watchList;
    private readonly StatusBroadcaster _broadcaster;
    private readonly BackendList _list;
    private readonly Refusals _refusals;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _listWait;
    private readonly PartitionedRateLimiter<ClientKey>? _newPipelines;

    public PipelineAdmission(
        WatchList watchList, StatusBroadcaster broadcaster, BackendList list, ScheduleLimits schedule, PollCadence cadence,
        IOptions<LimitsOptions> options, Refusals refusals, TimeProvider timeProvider)
    {
        (_watchList, _broadcaster, _list, _refusals, _timeProvider) = (watchList, broadcaster, list, refusals, timeProvider);
        MaxWatched = schedule.MaxPipelines;
        _listWait = cadence.RequestTimeout / 4 < LongestListWait ? cadence.RequestTimeout / 4 : LongestListWait;
        if (options.Value.NewPipelinesPerMinutePerClient is > 0 and var perMinute) _newPipelines = Limiter(perMinute);
    }

    /// <summary>How many pipelines are watched at most.</summary>
    public int MaxWatched { get; }

    /// <summary>Names those of the pipelines that are not watched for the client, and why. What some replica reads already takes no room.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="pipelineIds">The pipelines, no two alike.</param>
    /// <param name="cancellationToken">The client has left.</param>
    public async ValueTask<IReadOnlyDictionary<string, PipelineCondition>> RefuseAsync(
        ClientKey client, IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken)
    {
        var unread = pipelineIds.Where(id => !_watchList.Contains(id) && !_broadcaster.IsKnown(id)).ToList();
        if (unread.Count == 0) return Nothing;
        Dictionary<string, PipelineCondition>? refused = null;
        var room = Math.Max(0, MaxWatched - _watchList.Count);
        foreach (var id in unread.Skip(room)) Refuse(id, PipelineCondition.BeyondWatched);
        if (_newPipelines is not null)
        {
            var unlisted = unread.Take(room).Where(id => _list.Last?.PipelineIds.Contains(id) != true).ToList();
            var isListNew = unlisted.Count > Few;
            if (isListNew) unlisted = await WithoutListedAsync(unlisted, cancellationToken);
            var tooMany = unlisted.Where(_ => !MayAsk(client)).ToList();
            if (tooMany.Count > 0 && !isListNew) tooMany = await WithoutListedAsync(tooMany, cancellationToken);
            foreach (var id in tooMany) Refuse(id, PipelineCondition.BeyondNew);
        }

        return refused ?? Nothing;

        void Refuse(string pipelineId, PipelineCondition reason)
        {
            refused ??= new Dictionary<string, PipelineCondition>(StringComparer.Ordinal);
            if (!refused.ContainsValue(reason)) _refusals.Note(LimitOf(reason), client);
            refused.Add(pipelineId, reason);
        }
    }

    /// <summary>Refuses a poll of which some pipeline may not be watched for the client; null when all may.</summary>
    public async ValueTask<IResult?> RefusePollAsync(HttpContext context, IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken)
    {
        var refused = await RefuseAsync(ClientKey.Of(context), pipelineIds, cancellationToken);
        if (refused.Count == 0) return null;
        return refused.Values.Contains(PipelineCondition.BeyondWatched)
            ? BeyondWatched(context)
            : Problems.TooManyRequests(
                context,
                $"This client has asked for too many pipelines that nobody knows. The limit is {Limit.NewPipelinesPerMinutePerClient.Setting}.",
                RetryAfter);
    }

    /// <summary>The answer when as many pipelines are watched as may be.</summary>
    public static IResult BeyondWatched(HttpContext context) =>
        Problems.Unavailable(context, $"As many pipelines are watched as may be. The limit is {Limit.MaxWatchedPipelines.Setting}.", RetryAfter);

    public void Dispose() => _newPipelines?.Dispose();

    private static Limit LimitOf(PipelineCondition reason) =>
        reason == PipelineCondition.BeyondWatched ? Limit.MaxWatchedPipelines : Limit.NewPipelinesPerMinutePerClient;

    /// <summary>Those that the list, as it is now, does not show. A list that is slow holds up nobody for long.</summary>
    private async ValueTask<List<string>> WithoutListedAsync(List<string> pipelineIds, CancellationToken cancellationToken)
    {
        try
        {
            var listed = (await _list.ReadAsync(cancellationToken).AsTask().WaitAsync(_listWait, _timeProvider, cancellationToken)).PipelineIds;
            return [.. pipelineIds.Where(id => !listed.Contains(id))];
        }
        catch (Exception e) when (e is BackendException or TimeoutException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return pipelineIds;
        }
    }

    private bool MayAsk(ClientKey client)
    {
        try
        {
            using var lease = _newPipelines!.AttemptAcquire(client);
            return lease.IsAcquired;
        }
        catch (ObjectDisposedException)
        {
            return true; // its bucket has been full for so long that it was freed just now
        }
    }

    private static PartitionedRateLimiter<ClientKey> Limiter(int perMinute) => PartitionedRateLimiter.Create<ClientKey, ClientKey>(
        client => RateLimitPartition.GetTokenBucketLimiter(client, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = Math.Max(1, perMinute / 60),
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) * Math.Max(1, perMinute / 60) / perMinute,
            AutoReplenishment = false, // one timer for all clients does it
        }));
}
