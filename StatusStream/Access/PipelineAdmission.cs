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
/// Decides which pipelines are watched for a viewer: those that it may see, as far as limits go, since each that nobody watches yet makes
/// the backend be asked. What is watched or known already, or shown by the backend's list, costs a client nothing.
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
    private readonly PipelineRights _rights;
    private readonly AskedInVain _askedInVain;
    private readonly Refusals _refusals;
    private readonly ILogger<PipelineAdmission> _logger;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _listWait;
    private readonly PartitionedRateLimiter<ClientKey>? _newPipelines;

    public PipelineAdmission(
        WatchList watchList, StatusBroadcaster broadcaster, BackendList list, ScheduleLimits schedule, PollCadence cadence,
        IOptions<LimitsOptions> options, PipelineRights rights, Refusals refusals, ILogger<PipelineAdmission> logger, TimeProvider timeProvider)
    {
        (_watchList, _broadcaster, _list, _rights) = (watchList, broadcaster, list, rights);
        (_refusals, _logger, _timeProvider) = (refusals, logger, timeProvider);
        MaxWatched = schedule.MaxPipelines;
        _askedInVain = new AskedInVain(MaxWatched, timeProvider);
        _listWait = cadence.RequestTimeout / 4 < LongestListWait ? cadence.RequestTimeout / 4 : LongestListWait;
        if (options.Value.NewPipelinesPerMinutePerClient is > 0 and var perMinute) _newPipelines = Limiter(perMinute);
    }

    /// <summary>How many pipelines are watched at most.</summary>
    public int MaxWatched { get; }

    /// <summary>
    /// Names those of the pipelines that are not watched for the viewer, and why: what it may not see is not found. What some replica reads
    /// already takes no room.
    /// </summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="pipelineIds">The pipelines, no two alike.</param>
    /// <param name="cancellationToken">The client has left.</param>
    /// <exception cref="RightsException">Nobody knows what the viewer may see.</exception>
    public async ValueTask<IReadOnlyDictionary<string, PipelineCondition>> RefuseAsync(
        Viewer viewer, IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken) =>
        (await LookAsync(viewer, pipelineIds, cancellationToken)).Refused;

    /// <summary>Admits a poll: all that its viewer may see of what it asks for, or nothing and why.</summary>
    public async ValueTask<PollAdmission> AdmitPollAsync(HttpContext context, IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken)
    {
        try
        {
            var (refused, isBeyondNew) = await LookAsync(Viewer.Of(context), pipelineIds, cancellationToken);
            if (refused.Values.Contains(PipelineCondition.BeyondWatched)) return new PollAdmission(BeyondWatched(context), []);
            if (isBeyondNew) return new PollAdmission(BeyondNew(context), []);
            return new PollAdmission(Refusal: null, refused.Count == 0 ? pipelineIds : [.. pipelineIds.Where(id => !refused.ContainsKey(id))]);
        }
        catch (RightsException)
        {
            return new PollAdmission(RightsUnknown(context), []);
        }
    }

    /// <summary>Refuses a request about a pipeline that its viewer may not see; null when it may. Whether there is one, others find out.</summary>
    public async ValueTask<IResult?> RefuseHiddenAsync(HttpContext context, string pipelineId)
    {
        if (!_rights.AreAsked || !PipelineId.IsValid(pipelineId)) return null;
        var (refusal, admitted) = await AdmitPollAsync(context, [pipelineId], context.RequestAborted);
        return refusal ?? (admitted.Count == 0 ? Problems.NoSuchPipeline(pipelineId) : null);
    }

    /// <summary>The answer when nobody knows what may be seen.</summary>
    public static IResult RightsUnknown(HttpContext context) =>
        Problems.Unavailable(context, "Which pipelines you may see could not be found out.", RetryAfter);

    /// <summary>The answer when as many pipelines are watched as may be.</summary>
    public static IResult BeyondWatched(HttpContext context) =>
        Problems.Unavailable(context, $"As many pipelines are watched as may be. The limit is {Limit.MaxWatchedPipelines.Setting}.", RetryAfter);

    public void Dispose() => _newPipelines?.Dispose();

    private static IResult BeyondNew(HttpContext context) => Problems.TooManyRequests(
        context,
        $"This client has asked for too many pipelines that nobody knows. The limit is {Limit.NewPipelinesPerMinutePerClient.Setting}.",
        RetryAfter);

    private async ValueTask<(IReadOnlyDictionary<string, PipelineCondition> Refused, bool IsBeyondNew)> LookAsync(
        Viewer viewer, IReadOnlyList<string> pipelineIds, CancellationToken cancellationToken)
    {
        var hidden = await _rights.FindHiddenAsync(viewer, pipelineIds, cancellationToken);
        var unread = pipelineIds.Where(id => !hidden.Contains(id) && !_watchList.Contains(id) && !_broadcaster.IsKnown(id)).ToList();
        if (unread.Count + hidden.Count == 0) return (Nothing, false);
        Dictionary<string, PipelineCondition>? refused = null;
        var room = Math.Max(0, MaxWatched - _watchList.Count);
        foreach (var id in unread.Skip(room)) Refuse(id, PipelineCondition.BeyondWatched);
        if (_newPipelines is not null)
        {
            var unlisted = unread.Take(room).Where(id => _list.Last?.PipelineIds.Contains(id) != true).ToList();
            var isListNew = unlisted.Count > Few;
            if (isListNew) unlisted = await WithoutListedAsync(unlisted, cancellationToken);
            var tooMany = unlisted.Where(_ => !MayAsk(viewer.Client)).ToList();
            if (tooMany.Count > 0 && !isListNew) tooMany = await WithoutListedAsync(tooMany, cancellationToken);
            foreach (var id in tooMany) Refuse(id, PipelineCondition.BeyondNew);
        }

        var isBeyondNew = refused?.ContainsValue(PipelineCondition.BeyondNew) == true;
        foreach (var id in hidden) Refuse(id, PipelineCondition.NotFound);
        return (refused ?? Nothing, CountHidden(viewer.Client, hidden) || isBeyondNew);

        void Refuse(string pipelineId, PipelineCondition reason)
        {
            refused ??= new Dictionary<string, PipelineCondition>(StringComparer.Ordinal);
            if (reason != PipelineCondition.NotFound && !refused.ContainsValue(reason)) _refusals.Note(LimitOf(reason), viewer.Client);
            refused.Add(pipelineId, reason);
        }
    }

    private static Limit LimitOf(PipelineCondition reason) =>
        reason == PipelineCondition.BeyondWatched ? Limit.MaxWatchedPipelines : Limit.NewPipelinesPerMinutePerClient;

    /// <summary>What may not be seen counts as what does not exist, whether or not somebody else watches it.</summary>
    /// <returns>True when the client has asked for too much of that.</returns>
    private bool CountHidden(ClientKey client, IReadOnlySet<string> hidden)
    {
        var unknown = hidden.Where(_askedInVain.Note).ToList();
        if (unknown.Count == 0) return false;
        _logger.PipelinesHidden(client, hidden.Count, unknown[0]);
        if (_newPipelines is null || unknown.Count(_ => MayAsk(client)) == unknown.Count) return false;
        _refusals.Note(Limit.NewPipelinesPerMinutePerClient, client);
        return true;
    }

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

/// <summary>What becomes of a poll.</summary>
/// <param name="Refusal">The answer to one that is refused; null for one that is admitted.</param>
/// <param name="PipelineIds">The pipelines that it is told of: for its viewer there are no others.</param>
internal readonly record struct PollAdmission(IResult? Refusal, IReadOnlyList<string> PipelineIds);
