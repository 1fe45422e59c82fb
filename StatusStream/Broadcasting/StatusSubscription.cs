using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>What one client watches. It is changed by one at a time; dispose of it to leave.</summary>
internal sealed class StatusSubscription : IDisposable
{
    private readonly StatusSubscriptions _subscriptions;
    private readonly WatchList _watchList;
    private readonly StatusBroadcaster _broadcaster;
    private readonly TimeProvider _timeProvider;
    private readonly IReadOnlyList<string> _watchedAtFirst;
    private readonly ITimer? _firstBatchDue;
    private List<(long Revision, ITimer Timer)>? _changesDue;

    /// <summary>How each pipeline is watched; null as long as all are as they were at first: visible.</summary>
    private Dictionary<string, WatchKind>? _kinds;

    /// <summary>What the client has said to be on the screen; null as long as it has said nothing.</summary>
    private IReadOnlySet<string>? _visible;

    internal StatusSubscription(
        StatusSubscriptions subscriptions,
        WatchList watchList,
        StatusBroadcaster broadcaster,
        Subscriber subscriber,
        IReadOnlyList<string> watched,
        TimeSpan firstBatchWithin,
        TimeProvider timeProvider)
    {
        (_subscriptions, _watchList, _broadcaster, Subscriber, _timeProvider) = (subscriptions, watchList, broadcaster, subscriber, timeProvider);
        _watchedAtFirst = watched;
        if (!Subscriber.IsFirstBatchDue) _firstBatchDue = After(firstBatchWithin, static subscriber => ((Subscriber)subscriber!).EndWaiting(), Subscriber);
    }

    /// <summary>What it has yet to be told.</summary>
    public Subscriber Subscriber { get; }

    private Dictionary<string, WatchKind> Kinds =>
        _kinds ??= _watchedAtFirst.ToDictionary(static id => id, static _ => WatchKind.Visible, StringComparer.Ordinal);

    /// <summary>
    /// Says what is on the screen now; all is at first. What no longer is may be read less often, what comes into view with an old
    /// status is read at once.
    /// </summary>
    public void Show(IReadOnlySet<string> visible)
    {
        _visible = visible;
        var hidden = Kinds.Where(pair => pair.Value == WatchKind.Visible && !visible.Contains(pair.Key)).Select(pair => pair.Key).ToList();
        var shown = Kinds.Where(pair => pair.Value == WatchKind.Background && visible.Contains(pair.Key)).Select(pair => pair.Key).ToList();
        foreach (var id in hidden) Kinds[id] = WatchKind.Background;
        foreach (var id in shown) Kinds[id] = WatchKind.Visible;
        _watchList.Change(hidden, WatchKind.Visible, WatchKind.Background);
        _watchList.Change(shown, WatchKind.Background, WatchKind.Visible);
        _subscriptions.LookAt(_broadcaster.Resting(shown));
    }

    /// <summary>
    /// Changes what is watched. A batch with the revision acknowledges it on the stream, after one
    /// <see cref="PollCadence.RequestTimeout"/> at the latest, counted from this call.
    /// </summary>
    /// <param name="change">What changes.</param>
    /// <param name="refused">Those of the added that are not watched for this client, and why.</param>
    /// <param name="waited">How long the change has waited already.</param>
    /// <param name="cancellationToken">The client has left.</param>
    /// <exception cref="OperationCanceledException">The client has left.</exception>
    public async ValueTask ChangeAsync(
        WatchChange change, IReadOnlyDictionary<string, PipelineCondition>? refused, TimeSpan waited, CancellationToken cancellationToken)
    {
        var began = _timeProvider.GetTimestamp();
        if (change.Visible is not null) _visible = change.Visible;

        // One that was refused before may be watched now, so it comes anew; what is removed and added stays watched in between.
        var anew = change.Add.Where(id => !Kinds.ContainsKey(id)).ToList();
        var watched = refused is { Count: > 0 } ? anew.FindAll(id => !refused.ContainsKey(id)) : anew;
        var added = change.Add.ToHashSet(StringComparer.Ordinal);
        var (shown, hidden) = (watched.FindAll(IsVisible), watched.FindAll(id => !IsVisible(id)));
        _watchList.Add(shown);
        _watchList.Add(hidden, WatchKind.Background);
        foreach (var id in shown) Kinds[id] = WatchKind.Visible;
        foreach (var id in hidden) Kinds[id] = WatchKind.Background;

        var isCaughtUp = await CatchUpAsync(change.LastEventId, _subscriptions.ChangeTimeout - waited, cancellationToken);
        var resume = isCaughtUp ? StatusSubscriptions.ResumeOf(change.LastEventId, change.Known) : null;
        IReadOnlyList<string> left = [.. change.Remove.Where(id => !added.Contains(id))];
        _broadcaster.Change(Subscriber, new SubscriberChange(change.Revision, resume, !isCaughtUp), [.. left, .. anew], change.Add, !isCaughtUp, refused);
        foreach (var id in left)
        {
            if (Kinds.Remove(id, out var kind)) _watchList.Remove([id], kind, _watchList.RetainsStreams);
        }

        if (change.Visible is not null) Show(change.Visible);
        _subscriptions.LookAt(_broadcaster.Resting(shown));
        var remaining = _subscriptions.ChangeTimeout - waited - _timeProvider.GetElapsedTime(began);
        EndWaitingAfter(remaining, change.Revision);
    }

    /// <summary>
    /// Rights have come or gone: what may not be seen leaves as what is not found, what may be seen again comes back.
    /// </summary>
    /// <param name="refused">Those of its pipelines that are not watched for this client now, and why.</param>
    public void ChangeRights(IReadOnlyDictionary<string, PipelineCondition> refused)
    {
        var hidden = Kinds.Keys.Where(id => refused.TryGetValue(id, out var reason) && reason == PipelineCondition.NotFound).ToList();
        var shown = Subscriber.PipelineIds.Where(id => !Kinds.ContainsKey(id) && !refused.ContainsKey(id)).ToList();
        if (hidden.Count + shown.Count == 0) return;
        foreach (var id in shown)
        {
            var kind = IsVisible(id) ? WatchKind.Visible : WatchKind.Background;
            _watchList.Add([id], kind);
            Kinds[id] = kind;
        }

        _broadcaster.Hide(Subscriber, hidden);
        _broadcaster.Show(Subscriber, shown);
        foreach (var id in hidden)
        {
            if (Kinds.Remove(id, out var kind)) _watchList.Remove([id], kind, _watchList.RetainsStreams);
        }

        _subscriptions.LookAt(_broadcaster.Resting(shown));
    }

    public void Dispose()
    {
        _firstBatchDue?.Dispose();
        _changesDue?.ForEach(static due => due.Timer.Dispose());
        _broadcaster.Unsubscribe(Subscriber);
        if (_kinds is null)
        {
            _watchList.Remove(_watchedAtFirst, isRetained: _watchList.RetainsStreams);
            return;
        }

        foreach (var group in _kinds.GroupBy(pair => pair.Value, pair => pair.Key)) _watchList.Remove([.. group], group.Key, _watchList.RetainsStreams);
    }

    private async ValueTask<bool> CatchUpAsync(StatusVersion? lastEventId, TimeSpan within, CancellationToken cancellationToken)
    {
        var catchingUp = _subscriptions.CatchUpAsync(lastEventId, cancellationToken);
        if (catchingUp.IsCompleted) return await catchingUp;
        try
        {
            return await catchingUp.AsTask().WaitAsync(within > TimeSpan.Zero ? within : TimeSpan.Zero, _timeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private bool IsVisible(string pipelineId) => _visible?.Contains(pipelineId) != false;

    private void EndWaitingAfter(TimeSpan remaining, long revision)
    {
        var oldest = Subscriber.OldestWaiting;
        _changesDue?.RemoveAll(due =>
        {
            var isOver = oldest is null || due.Revision < oldest;
            if (isOver) due.Timer.Dispose();
            return isOver;
        });
        if (oldest is null) return;
        (_changesDue ??= []).Add((revision, After(remaining, static state => EndWaiting(((Subscriber, long))state!), (Subscriber, revision))));
    }

    private static void EndWaiting((Subscriber Subscriber, long Revision) change) => change.Subscriber.EndWaiting(change.Revision);

    private ITimer After(TimeSpan remaining, TimerCallback callback, object state) =>
        _timeProvider.CreateTimer(callback, state, remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
}
