using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>
/// Clients that wait until this hub is not behind what they have seen at another: the other hub is asked to look, and its answer is
/// behind nothing. Whoever asks meanwhile shares the next question. Thread-safe.
/// </summary>
internal sealed class UpstreamCatchUps(PollCadence cadence, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly CatchUpQueue _queue = new(cadence, timeProvider);
    private IReadOnlyList<CatchUpQueue.Waiter> _asked = [];
    private List<CatchUpQueue.Waiter> _taken = [];
    private readonly List<CatchUpQueue.Waiter> _left = [];
    private StatusVersion _now;
    private long? _revision;

    /// <summary>Waits until what is known here is not older; false when that could not be made sure of within one read's time.</summary>
    /// <param name="seen">What a client has seen.</param>
    /// <param name="isNew">True when somebody must be asked.</param>
    public Task<bool> WaitAsync(StatusVersion seen, out bool isNew)
    {
        lock (_gate)
        {
            isNew = false;
            if (_now != default && _queue.IsReached(seen, _now)) return Task.FromResult(true);
            isNew = true;
            return _queue.WaitAsync(seen);
        }
    }

    /// <summary>This hub is at a version now.</summary>
    public void Reach(StatusVersion now)
    {
        lock (_gate)
        {
            if (_now.Epoch != now.Epoch && _now != default) _queue.Leave(_now.Epoch, _now.Sequence); // another hub may have told more of it
            _now = now;
            _queue.Reach(now);
            foreach (var waiter in _asked.Concat(_left).Where(waiter => _queue.IsReached(waiter.Seen, now))) waiter.Answer(isReached: true);
        }
    }

    /// <summary>What the other hub is to be asked to catch up with; null for nothing, or while it is being asked.</summary>
    public StatusVersion? Next()
    {
        lock (_gate)
        {
            if (_revision is not null) return null;
            _left.AddRange(_queue.Take());
            _left.RemoveAll(static waiter => waiter.Answered.IsCompleted);
            if (_left.Count == 0) return null;

            // One question is about one epoch, and for the newest of it.
            var epoch = _left[0].Seen.Epoch;
            _taken = _left.FindAll(waiter => waiter.Seen.Epoch == epoch);
            return _taken.MaxBy(static waiter => waiter.Seen.Sequence)!.Seen;
        }
    }

    /// <summary>The question is on its way, and the acknowledgement of a revision is its answer.</summary>
    public void Sent(long revision)
    {
        lock (_gate)
        {
            if (_taken.Count == 0) return;
            (_asked, _revision) = (_taken, revision);
            _left.RemoveAll(_taken.Contains);
            _taken = [];
        }
    }

    /// <summary>The other hub has acknowledged a revision: it is not behind what it was asked about, unless it says so.</summary>
    public void Acknowledge(long revision, bool isBehind)
    {
        lock (_gate)
        {
            if (_revision is not { } asked || revision < asked) return;
            foreach (var waiter in _asked)
            {
                // Of what comes after that the answer says nothing.
                if (!isBehind && waiter.Seen.Epoch != _now.Epoch) _queue.Leave(waiter.Seen.Epoch, waiter.Seen.Sequence);
                waiter.Answer(!isBehind);
            }

            (_asked, _revision) = ([], null);
        }
    }

    /// <summary>The question was not taken, or the connection is over: whoever was asked for is asked for again.</summary>
    public void Retry()
    {
        lock (_gate) AskAgain();
    }

    private void AskAgain()
    {
        _left.AddRange(_asked);
        (_asked, _taken, _revision) = ([], [], null);
    }
}
