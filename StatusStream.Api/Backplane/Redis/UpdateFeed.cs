using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>
/// Turns what pub/sub delivers, at most once and perhaps late, into a road without holes: an update that does not
/// follow the one before it, of an epoch not known, or a silence that is too long re-reads all that is shared.
/// Requests to re-read are coalesced: one that begins after they were made answers them all.
/// </summary>
internal sealed class UpdateFeed : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(2);

    private readonly ISharedState _state;
    private readonly IStatusReceiver _receiver;
    private readonly StatusStreamMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _longestSilence;
    private readonly AsyncSignal _signal = new();
    private readonly ITimer _alarm;
    private readonly Lock _gate = new();
    private readonly Queue<PollUpdate> _arrived = new();
    private readonly OwnObservations _own = new();
    private List<TaskCompletionSource<bool>> _waiting = [];
    private StatusVersion _version;
    private long _beat;
    private bool _isSynced;
    private bool _isResyncWanted = true;
    private bool _isIsolated;
    private string? _refusal;
    private long _heardAt;

    public UpdateFeed(ISharedState state, IStatusReceiver receiver, PollCadence cadence, StatusStreamMetrics metrics, TimeProvider timeProvider, ILogger<UpdateFeed> logger)
    {
        _state = state;
        _receiver = receiver;
        _metrics = metrics;
        _timeProvider = timeProvider;
        _heardAt = timeProvider.GetTimestamp();
        _logger = logger;
        _longestSilence = cadence.Linger > ShortestSilence ? cadence.Linger : ShortestSilence;
        _alarm = timeProvider.CreateTimer(_ => RequestResync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        state.Updated += Enqueue;
        state.Interrupted += RequestResync;
    }

    /// <summary>True while this replica polls for its own clients alone.</summary>
    public bool IsIsolated
    {
        get
        {
            lock (_gate) return _isIsolated;
        }
    }

    /// <summary>Why this replica must not wait for the shared loop any longer; null while it works, or may be about to.</summary>
    public string? Standstill()
    {
        lock (_gate) return _refusal ?? (!_isIsolated && _receiver.IsBehind ? "nothing is confirmed any more" : null);
    }

    /// <summary>The shared state refuses something without which nothing can be shared.</summary>
    public void RefuseSharing(string reason)
    {
        lock (_gate) _refusal = reason;
    }

    /// <summary>Takes updates and re-reads until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var wakeUp = cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _signal);
        while (!cancellationToken.IsCancellationRequested)
        {
            if (TakeResyncWanted(out var waiting)) await ResyncAsync(waiting, cancellationToken);
            TakeArrived();
            await _signal.WaitAsync();
        }
    }

    /// <summary>
    /// Completes when this replica is not behind <paramref name="version"/>, at the latest when all that is shared has
    /// been re-read by a read that began after this call. False when that failed. Alone, a replica is behind nobody.
    /// </summary>
    public Task<bool> CatchUpAsync(StatusVersion version)
    {
        var waiter = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            var isThere = _isSynced && version.Epoch == _version.Epoch && version.Sequence <= _version.Sequence;
            if (isThere || _isIsolated) return Task.FromResult(true);
            _waiting.Add(waiter);
            _isResyncWanted = true;
        }

        _signal.Set();
        return waiter.Task;
    }

    /// <summary>From now on only <see cref="ReceiveIsolated"/> reaches the receiver.</summary>
    public void EnterIsolation()
    {
        List<TaskCompletionSource<bool>> waiting;
        lock (_gate)
        {
            _isIsolated = true;
            _isSynced = false;
            _refusal = null;
            _own.Begin();
            _receiver.Distrust();
            waiting = _waiting;
            _waiting = [];
        }

        // Alone, a replica is behind nobody, but what it knows is what it knew.
        foreach (var waiter in waiting) waiter.TrySetResult(false);
    }

    /// <summary>
    /// The shared state is back. What was observed in isolation stays until a shared read that began after this: what
    /// is shared may be older.
    /// </summary>
    public void LeaveIsolation()
    {
        lock (_gate) _isIsolated = false;
        RequestResync();
    }

    /// <summary>Takes what this replica itself observed in isolation.</summary>
    public void ReceiveIsolated(PollUpdate update)
    {
        lock (_gate)
        {
            if (!_isIsolated) return;
            _own.Observe(update);
            _receiver.Receive(update);
        }
    }

    public void Dispose()
    {
        _state.Updated -= Enqueue;
        _state.Interrupted -= RequestResync;
        _alarm.Dispose();
    }

    private void Enqueue(PollUpdate update)
    {
        lock (_gate)
        {
            // What comes after so long a silence may have waited as long somewhere, while this process stood still, say:
            // it confirms nothing as of now.
            if (_timeProvider.GetElapsedTime(_heardAt) > _longestSilence) (_isSynced, _isResyncWanted) = (false, true);
            _heardAt = _timeProvider.GetTimestamp();
            _arrived.Enqueue(update);
        }

        _signal.Set();
    }

    private void RequestResync()
    {
        lock (_gate) _isResyncWanted = true;
        _signal.Set();
    }

    private bool TakeResyncWanted(out List<TaskCompletionSource<bool>> waiting)
    {
        lock (_gate)
        {
            waiting = [];
            if (!_isResyncWanted || _isIsolated) return false;
            _isResyncWanted = false;
            (waiting, _waiting) = (_waiting, []);
            return true;
        }
    }

    private async Task ResyncAsync(List<TaskCompletionSource<bool>> waiting, CancellationToken cancellationToken)
    {
        var isDone = false;
        try
        {
            _metrics.Resynced();
            if (await _state.SnapshotAsync(cancellationToken) is { } snapshot)
            {
                Take(snapshot);
                isDone = true;
            }

            _alarm.Change(_longestSilence, Timeout.InfiniteTimeSpan);
        }
        catch (SharedStateException e)
        {
            _logger.ResyncFailed(e.Message);
            _alarm.Change(RetryDelay, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            foreach (var waiter in waiting) waiter.TrySetResult(isDone);
        }
    }

    private void Take(SharedSnapshot snapshot)
    {
        lock (_gate)
        {
            var isOlder = _isSynced && snapshot.Version.Epoch == _version.Epoch && snapshot.Beat < _beat;
            if (_isIsolated || isOlder) return;
            _receiver.Replace(snapshot.Version, snapshot.Known, _own.Rejoin(snapshot));
            (_version, _beat) = (snapshot.Version, snapshot.Beat);
            _isSynced = true;
        }
    }

    private void TakeArrived()
    {
        lock (_gate)
        {
            while (_arrived.TryDequeue(out var update))
            {
                if (_isIsolated) continue;
                if (!Follows(update))
                {
                    if (IsKnown(update)) continue;
                    _isResyncWanted = true;
                    _signal.Set();
                    continue; // what it says is in the snapshot to come
                }

                (_version, _beat) = (update.Version, update.Beat);
                _receiver.Receive(_own.Release(update));
                _alarm.Change(_longestSilence, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private bool Follows(PollUpdate update) =>
        _isSynced && update.Version.Epoch == _version.Epoch && update.Beat == _beat + 1;

    private bool IsKnown(PollUpdate update) =>
        _isSynced && update.Version.Epoch == _version.Epoch && update.Beat <= _beat;
}
