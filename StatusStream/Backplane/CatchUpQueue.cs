using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>
/// The streams that wait until this replica is not behind what their clients have seen, and the epochs that are over for it: whoever
/// comes from one of those knows nothing newer. Not thread-safe.
/// </summary>
internal sealed class CatchUpQueue(PollCadence cadence, TimeProvider timeProvider)
{
    /// <summary>How many past epochs are remembered; anybody can make one up.</summary>
    private const int MaxPastEpochs = 1024;

    private readonly Dictionary<ulong, long> _past = [];
    private readonly Queue<ulong> _oldestFirst = new();
    private List<Waiter> _waiting = [];

    /// <summary>The shortest time from one re-read that streams have asked for to the next: whoever asks meanwhile shares it.</summary>
    public TimeSpan Spacing { get; } = cadence.RequestTimeout / 4 < TimeSpan.FromMilliseconds(200)
        ? cadence.RequestTimeout / 4
        : TimeSpan.FromMilliseconds(200);

    /// <summary>True while some stream waits.</summary>
    public bool IsAnyWaiting => _waiting.Count > 0;

    /// <summary>True when a replica that is at <paramref name="now"/> is not behind <paramref name="seen"/>.</summary>
    public bool IsReached(StatusVersion seen, StatusVersion now) => seen.Epoch == now.Epoch ? seen.Sequence <= now.Sequence : seen.Sequence <= _past.GetValueOrDefault(seen.Epoch, -1);

    /// <summary>One more stream waits; one read's time at most, since its first batch is due then.</summary>
    public Task<bool> WaitAsync(StatusVersion seen)
    {
        var waiter = new Waiter(seen, cadence.RequestTimeout, timeProvider);
        _waiting.RemoveAll(static waiter => waiter.Answered.IsCompleted);
        _waiting.Add(waiter);
        return waiter.Answered;
    }

    /// <summary>An epoch is over for this replica: what it told is older than what is known here, or of no concern here.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="upTo">Up to where that is sure, when it is not sure of all of it.</param>
    public void Leave(ulong epoch, long upTo = long.MaxValue)
    {
        if (_past.TryGetValue(epoch, out var before))
        {
            _past[epoch] = Math.Max(before, upTo);
            return;
        }

        _past.Add(epoch, upTo);
        _oldestFirst.Enqueue(epoch);
        if (_oldestFirst.Count > MaxPastEpochs) _past.Remove(_oldestFirst.Dequeue());
    }

    /// <summary>Answers those whose version has been reached.</summary>
    public void Reach(StatusVersion now)
    {
        if (_waiting.Count == 0) return;
        foreach (var waiter in _waiting.Where(waiter => IsReached(waiter.Seen, now))) waiter.Answer(isReached: true);
        _waiting.RemoveAll(static waiter => waiter.Answered.IsCompleted);
    }

    /// <summary>Those who wait now, to be answered by a re-read that begins after this.</summary>
    public IReadOnlyList<Waiter> Take()
    {
        var waiting = _waiting;
        _waiting = [];
        return waiting;
    }

    /// <summary>One stream that waits.</summary>
    internal sealed class Waiter
    {
        private readonly TaskCompletionSource<bool> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ITimer _deadline;

        public Waiter(StatusVersion seen, TimeSpan patience, TimeProvider timeProvider)
        {
            Seen = seen;
            _deadline = timeProvider.CreateTimer(static waiter => ((Waiter)waiter!).Answer(isReached: false), this, patience, Timeout.InfiniteTimeSpan);
        }

        /// <summary>What its client has seen.</summary>
        public StatusVersion Seen { get; }

        /// <summary>True once this replica is not behind it; false when that could not be made sure of.</summary>
        public Task<bool> Answered => _answer.Task;

        public void Answer(bool isReached)
        {
            _answer.TrySetResult(isReached);
            _deadline.Dispose();
        }
    }
}
