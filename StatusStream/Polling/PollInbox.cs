using System.Collections.Concurrent;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>What reaches the poll loop from other threads, and the alarm that wakes it.</summary>
internal sealed class PollInbox : IPollRequestReceiver, IDisposable
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    private readonly AsyncSignal _wake = new();
    private readonly TimeProvider _timeProvider;
    private readonly long _origin;
    private readonly ITimer _alarm;
    private long _alarmAt = long.MaxValue; // milliseconds from the origin

    public PollInbox(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _origin = timeProvider.GetTimestamp();
        _alarm = timeProvider.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Pipelines that somebody began to watch.</summary>
    public ConcurrentQueue<IReadOnlyList<string>> Watched { get; } = new();

    /// <summary>Pipelines to look at now.</summary>
    public ConcurrentQueue<IReadOnlyList<string>> RefreshRequested { get; } = new();

    /// <summary>Pipelines whose whole answer somebody wants.</summary>
    public ConcurrentQueue<IReadOnlyList<string>> DocumentsWanted { get; } = new();

    /// <summary>Reads that are over.</summary>
    public ConcurrentQueue<FinishedRead> Finished { get; } = new();

    /// <summary>Looks at the backend's list that are over.</summary>
    public ConcurrentQueue<FinishedListing> Listed { get; } = new();

    public void Watch(IReadOnlyList<string> pipelineIds)
    {
        Watched.Enqueue(pipelineIds);
        _wake.Set();
    }

    public void Refresh(IReadOnlyList<string> pipelineIds)
    {
        RefreshRequested.Enqueue(pipelineIds);
        _wake.Set();
    }

    public void WantDocuments(IReadOnlyList<string> pipelineIds)
    {
        DocumentsWanted.Enqueue(pipelineIds);
        _wake.Set();
    }

    /// <summary>A look at the backend's list is over.</summary>
    public void List(FinishedListing listing)
    {
        Listed.Enqueue(listing);
        _wake.Set();
    }

    /// <summary>The loop goes on here, on the thread that read.</summary>
    public void Finish(FinishedRead read)
    {
        Finished.Enqueue(read);
        _wake.SetInline();
    }

    public void Wake() => _wake.Set();

    /// <summary>Waits until something arrives, about <paramref name="timeout"/> at most; it may wake for nothing.</summary>
    public ValueTask WaitAsync(TimeSpan timeout)
    {
        // Timers count whole milliseconds: rounded down, the loop would spin through the last of them.
        var milliseconds = (long)Math.Ceiling(Math.Clamp(timeout.TotalMilliseconds, 0, LongestTimeout.TotalMilliseconds));
        var now = (long)_timeProvider.GetElapsedTime(_origin).TotalMilliseconds;

        // Setting an alarm costs two task switches, so one that rings early enough is left as it is.
        var alarmAt = Volatile.Read(ref _alarmAt);
        if (alarmAt < now || alarmAt > now + milliseconds)
        {
            Volatile.Write(ref _alarmAt, now + milliseconds);
            _alarm.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
        }

        return _wake.WaitAsync();
    }

    public void Dispose() => _alarm.Dispose();

    private void OnTimer()
    {
        // First, so that whom it wakes sets it again, even when it rang a moment early.
        Volatile.Write(ref _alarmAt, long.MaxValue);
        _wake.SetInline();
    }
}
