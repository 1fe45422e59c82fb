using System.IO.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>
/// The subscribers that one update gave something to take. They are woken off the broadcaster's lock, each on the thread
/// that wakes it, so that a stream whose client keeps up is written to without a task switch; with many of them several
/// threads share the batch.
/// </summary>
internal sealed class WakeBatch(WakeBatchPool home)
{
    /// <summary>How many a thread takes at once: few enough to share evenly, many enough not to argue about.</summary>
    private const int Share = 64;

    private static readonly Action<object?> Work = static batch => ((WakeBatch)batch!).WakeShares();

    private readonly List<Subscriber> _subscribers = [];
    private int _next;
    private int _threads;

    public void Add(Subscriber subscriber) => _subscribers.Add(subscriber);

    /// <summary>Wakes all of them; the batch is not to be touched afterwards.</summary>
    /// <param name="scheduler">What runs the work.</param>
    public void Run(PipeScheduler scheduler)
    {
        var threads = Math.Clamp((_subscribers.Count + Share - 1) / Share, 1, Environment.ProcessorCount);
        _next = 0;
        _threads = threads;
        for (var i = 0; i < threads; i++) scheduler.Schedule(Work, this);
    }

    private void WakeShares()
    {
        for (var from = NextShare(); from < _subscribers.Count; from = NextShare())
        {
            var end = Math.Min(from + Share, _subscribers.Count);
            for (var i = from; i < end; i++) _subscribers[i].Signal.SetInline();
        }

        if (Interlocked.Decrement(ref _threads) > 0) return;
        _subscribers.Clear();
        home.GiveBack(this);
    }

    private int NextShare() => Interlocked.Add(ref _next, Share) - Share;
}
