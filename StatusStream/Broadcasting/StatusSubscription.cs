using PipelineAspire.StatusStream.Backplane;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>What one client watches. Dispose of it to leave.</summary>
internal sealed class StatusSubscription : IDisposable
{
    private readonly StatusSubscriptions _subscriptions;
    private readonly WatchList _watchList;
    private readonly StatusBroadcaster _broadcaster;
    private readonly ITimer? _firstBatchDue;
    private IReadOnlyList<string> _visible;
    private IReadOnlyList<string> _background = [];

    internal StatusSubscription(
        StatusSubscriptions subscriptions,
        WatchList watchList,
        StatusBroadcaster broadcaster,
        Subscriber subscriber,
        IReadOnlyList<string> watched,
        TimeSpan firstBatchWithin,
        TimeProvider timeProvider)
    {
        (_subscriptions, _watchList, _broadcaster, Subscriber, _visible) = (subscriptions, watchList, broadcaster, subscriber, watched);
        if (Subscriber.IsFirstBatchDue) return;
        var remaining = firstBatchWithin > TimeSpan.Zero ? firstBatchWithin : TimeSpan.Zero;
        _firstBatchDue = timeProvider.CreateTimer(static subscriber => ((Subscriber)subscriber!).EndWaiting(), Subscriber, remaining, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What it has yet to be told.</summary>
    public Subscriber Subscriber { get; }

    /// <summary>
    /// Says what is on the screen now; all is at first. What no longer is may be read less often, what comes into view with an old
    /// status is read at once. To be called by one at a time.
    /// </summary>
    public void Show(IReadOnlySet<string> visible)
    {
        var (shown, hidden) = (_background.Where(visible.Contains).ToList(), _visible.Where(id => !visible.Contains(id)).ToList());
        _visible = [.. _visible.Except(hidden, StringComparer.Ordinal), .. shown];
        _background = [.. _background.Except(shown, StringComparer.Ordinal), .. hidden];
        _watchList.Change(hidden, WatchKind.Visible, WatchKind.Background);
        _watchList.Change(shown, WatchKind.Background, WatchKind.Visible);
        _subscriptions.LookAt(_broadcaster.Resting(shown));
    }

    public void Dispose()
    {
        _firstBatchDue?.Dispose();
        _broadcaster.Unsubscribe(Subscriber);
        _watchList.Remove(_visible);
        _watchList.Remove(_background, WatchKind.Background);
    }
}
