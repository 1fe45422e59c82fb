using PipelineAspire.StatusStream.Backplane;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>What one client watches. Dispose of it to leave.</summary>
internal sealed class StatusSubscription : IDisposable
{
    private readonly WatchList _watchList;
    private readonly StatusBroadcaster _broadcaster;
    private readonly ITimer? _firstBatchDue;

    internal StatusSubscription(WatchList watchList, StatusBroadcaster broadcaster, Subscriber subscriber, TimeSpan firstBatchWithin, TimeProvider timeProvider)
    {
        (_watchList, _broadcaster, Subscriber) = (watchList, broadcaster, subscriber);
        if (Subscriber.IsFirstBatchDue) return;
        var remaining = firstBatchWithin > TimeSpan.Zero ? firstBatchWithin : TimeSpan.Zero;
        _firstBatchDue = timeProvider.CreateTimer(static subscriber => ((Subscriber)subscriber!).EndWaiting(), Subscriber, remaining, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What it has yet to be told.</summary>
    public Subscriber Subscriber { get; }

    public void Dispose()
    {
        _firstBatchDue?.Dispose();
        _broadcaster.Unsubscribe(Subscriber);
        _watchList.Remove(Subscriber.PipelineIds);
    }
}
