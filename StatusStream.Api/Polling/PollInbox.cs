using System.Collections.Concurrent;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>What reaches the poll loop from other threads, and the alarm that wakes it.</summary>
internal sealed class PollInbox : IPollRequestReceiver, IDisposable
{
    private static readonly TimeSpan LongestNap = TimeSpan.FromDays(1);

    private readonly AsyncSignal _wake = new();
    private readonly ITimer _alarm;

    public PollInbox(TimeProvider timeProvider) =>
        _alarm = timeProvider.CreateTimer(_ => _wake.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Pipelines that somebody began to watch.</summary>
    public ConcurrentQueue<IReadOnlyList<string>> Watched { get; } = new();

    /// <summary>Pipelines to look at now.</summary>
    public ConcurrentQueue<IReadOnlyList<string>> Noticed { get; } = new();

    /// <summary>Reads that are over, each with the beat after which it began.</summary>
    public ConcurrentQueue<(PipelineReading Reading, long BegunAfter)> Finished { get; } = new();

    public void Watch(IReadOnlyList<string> pipelineIds)
    {
        Watched.Enqueue(pipelineIds);
        _wake.Set();
    }

    public void LookNow(IReadOnlyList<string> pipelineIds)
    {
        Noticed.Enqueue(pipelineIds);
        _wake.Set();
    }

    public void Finish(PipelineReading reading, long begunAfter)
    {
        Finished.Enqueue((reading, begunAfter));
        _wake.Set();
    }

    public void Wake() => _wake.Set();

    /// <summary>Waits until something arrives, at most for <paramref name="nap"/>.</summary>
    public ValueTask WaitAsync(TimeSpan nap)
    {
        // Timers count whole milliseconds: rounded down, the loop would spin through the last of them.
        var milliseconds = Math.Ceiling(Math.Clamp(nap.TotalMilliseconds, 0, LongestNap.TotalMilliseconds));
        _alarm.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
        return _wake.WaitAsync();
    }

    public void Dispose() => _alarm.Dispose();
}
