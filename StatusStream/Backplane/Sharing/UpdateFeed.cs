using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Backplane.Sharing;

/// <summary>
/// Turns what pub/sub delivers, at most once and perhaps late, into a road without holes: an update that does not
/// follow the one before it, of an epoch not known, or a silence that is too long re-reads all that is shared.
/// Requests to re-read are coalesced: one that begins after they were made answers them all, and those of streams keep a distance.
/// </summary>
internal sealed class UpdateFeed : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ShortestFeedTimeout = TimeSpan.FromSeconds(2);

    private readonly ISharedState _state;
    private readonly IStatusReceiver _receiver;
    private readonly StatusStreamMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _feedTimeout;
    private readonly long _origin;
    private readonly AsyncSignal _signal = new();
    private readonly ITimer _alarm;
    private readonly Lock _gate = new();
    private readonly Queue<PollUpdate> _arrived = new();
    private readonly IsolatedReadings _isolatedReadings = new();
    private readonly CatchUpQueue _catchUps;
    private StatusVersion _version;
    private long _updateNumber;
    private bool _isSynced;
    private bool _isResyncWanted = true;
    private bool _isIsolated;
    private string? _refusal;
    private TimeSpan _heardAt;
    private TimeSpan _reReadAt = TimeSpan.MinValue;
    private TimeSpan _reReadDue;

    public UpdateFeed(
        ISharedState state, IStatusReceiver receiver, PollCadence cadence, StatusStreamMetrics metrics, TimeProvider timeProvider, ILogger<UpdateFeed> logger)
    {
        _state = state;
        _receiver = receiver;
        _metrics = metrics;
        _timeProvider = timeProvider;
        _origin = timeProvider.GetTimestamp();
        _logger = logger;
        _catchUps = new CatchUpQueue(cadence, timeProvider);
        _feedTimeout = cadence.RetainFor > ShortestFeedTimeout ? cadence.RetainFor : ShortestFeedTimeout;
        Isolated = new IsolatedReceiver(this, receiver);
        _alarm = timeProvider.CreateTimer(_ => _signal.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        state.Updated += Enqueue;
        state.Interrupted += RequestResync;
    }

    /// <summary>Raised when isolation is over.</summary>
    public event Action? Rejoined;

    private TimeSpan Now => _timeProvider.GetElapsedTime(_origin);

    /// <summary>When all that is shared is re-read at the latest, by the clock of this feed.</summary>
    private TimeSpan ReReadDue => _catchUps.IsAnyWaiting && _reReadAt + _catchUps.Spacing < _reReadDue ? _reReadAt + _catchUps.Spacing : _reReadDue;

    /// <summary>What takes what this replica itself observes in isolation.</summary>
    public IStatusReceiver Isolated { get; }

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

    /// <summary>Takes updates and re-reads until cancelled. Whatever the last run left half done is read anew.</summary>
    public async Task RunAsync(BackgroundLoop loop, CancellationToken cancellationToken)
    {
        lock (_gate) (_isSynced, _isResyncWanted) = (false, true);
        using var wakeUp = cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _signal);
        while (!cancellationToken.IsCancellationRequested)
        {
            loop.Turn(_feedTimeout);
            if (TakeResyncWanted(out var waiting)) await ResyncAsync(waiting, cancellationToken);
            TakeArrived();
            SetAlarm();
            await _signal.WaitAsync();
        }
    }

    /// <summary>
    /// Completes when this replica is not behind <paramref name="version"/>, at the latest when all that is shared has
    /// been re-read by a read that began after this call. False when that failed, or took longer than a first batch may
    /// wait. Alone, a replica is behind nobody.
    /// </summary>
    public Task<bool> CatchUpAsync(StatusVersion version)
    {
        Task<bool> reached;
        lock (_gate)
        {
            if (_isIsolated || (_isSynced && _catchUps.IsReached(version, _version))) return Task.FromResult(true);
            reached = _catchUps.WaitAsync(version);
        }

        _signal.Set();
        return reached;
    }

    /// <summary>From now on only <see cref="Isolated"/> reaches the receiver.</summary>
    public void EnterIsolation()
    {
        IReadOnlyList<CatchUpQueue.Waiter> waiting;
        lock (_gate)
        {
            _isIsolated = true;
            _isSynced = false;
            _refusal = null;
            _isolatedReadings.Begin();
            _receiver.QuarantineAll();
            waiting = _catchUps.Take();
        }

        // Alone, a replica is behind nobody, but what it knows is what it knew.
        foreach (var waiter in waiting) waiter.Answer(isReached: false);
    }

    /// <summary>
    /// The shared state is back. What was observed in isolation stays until a shared read that began after this: what
    /// is shared may be older.
    /// </summary>
    public void LeaveIsolation()
    {
        lock (_gate) _isIsolated = false;
        RequestResync();
        Rejoined?.Invoke();
    }

    private void ReceiveIsolated(PollUpdate update)
    {
        lock (_gate)
        {
            if (!_isIsolated) return;
            _isolatedReadings.Observe(update);
            _catchUps.Leave(update.Version.Epoch); // nobody else ever tells of it, and what was observed in it stays
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
            if (Now - _heardAt > _feedTimeout) (_isSynced, _isResyncWanted) = (false, true);
            _heardAt = Now;
            _arrived.Enqueue(update.ArrivedNow(_timeProvider));
        }

        _signal.Set();
    }

    private void RequestResync()
    {
        lock (_gate) _isResyncWanted = true;
        _signal.Set();
    }

    private bool TakeResyncWanted(out IReadOnlyList<CatchUpQueue.Waiter> waiting)
    {
        lock (_gate)
        {
            waiting = [];
            if (_isIsolated || !(_isResyncWanted || Now >= ReReadDue)) return false;
            _isResyncWanted = false;
            _reReadAt = Now;
            waiting = _catchUps.Take();
            return true;
        }
    }

    private void SetAlarm()
    {
        lock (_gate)
        {
            // Alone it re-reads nothing. Timers count whole milliseconds: rounded down, the loop would spin through the last of them.
            var wait = _isIsolated ? _feedTimeout : ReReadDue - Now;
            _alarm.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
        }
    }

    private async Task ResyncAsync(IReadOnlyList<CatchUpQueue.Waiter> waiting, CancellationToken cancellationToken)
    {
        try
        {
            _metrics.Resynced();
            if (await _state.SnapshotAsync(cancellationToken) is { } snapshot) Take(snapshot, waiting);
            Expect(_feedTimeout);
        }
        catch (SharedStateException e)
        {
            _logger.ResyncFailed(e.Message);
            Expect(RetryDelay);
        }
        finally
        {
            foreach (var waiter in waiting) waiter.Answer(isReached: false); // those who were answered before hear nothing of it
        }
    }

    private void Take(SharedSnapshot snapshot, IReadOnlyList<CatchUpQueue.Waiter> waiting)
    {
        lock (_gate)
        {
            if (_isIsolated) return;

            // An epoch that was before the newest never is again; one that never was here goes on elsewhere, perhaps.
            foreach (var waiter in waiting.Where(waiter => snapshot.PastEpochs.Contains(waiter.Seen.Epoch))) _catchUps.Leave(waiter.Seen.Epoch);
            var isOlder = _isSynced && snapshot.Version.Epoch == _version.Epoch && snapshot.UpdateNumber < _updateNumber;
            if (!isOlder)
            {
                _receiver.Replace(snapshot.Version, snapshot.Known, _isolatedReadings.Reconcile(snapshot));
                if (_version.Epoch != snapshot.Version.Epoch) _catchUps.Leave(_version.Epoch);
                (_version, _updateNumber) = (snapshot.Version, snapshot.UpdateNumber);
                _isSynced = true;
            }

            // One who claims to be ahead of all that is shared in the newest epoch makes no sense, and waits for nothing.
            foreach (var waiter in waiting) waiter.Answer(waiter.Seen.Epoch == _version.Epoch || _catchUps.IsReached(waiter.Seen, _version));
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

                (_version, _updateNumber) = (update.Version, update.UpdateNumber);
                _receiver.Receive(_isolatedReadings.Release(update));
                _catchUps.Reach(_version);
                Expect(_feedTimeout);
            }
        }
    }

    /// <summary>Nothing is to be re-read for this long, if updates come.</summary>
    private void Expect(TimeSpan within)
    {
        lock (_gate) _reReadDue = Now + within;
    }

    private bool Follows(PollUpdate update) =>
        _isSynced && update.Version.Epoch == _version.Epoch && update.UpdateNumber == _updateNumber + 1;

    private bool IsKnown(PollUpdate update) =>
        _isSynced && update.Version.Epoch == _version.Epoch && update.UpdateNumber <= _updateNumber;

    /// <summary>The receiver as an isolated poll loop sees it: its observations are kept for the time after.</summary>
    private sealed class IsolatedReceiver(UpdateFeed feed, IStatusReceiver inner) : IStatusReceiver
    {
        public bool IsBehind => inner.IsBehind;

        public void Receive(PollUpdate update) => feed.ReceiveIsolated(update);

        public void Replace(StatusVersion version, IReadOnlyList<AgedRecord> known, IReadOnlySet<string> kept) => inner.Replace(version, known, kept);

        public void QuarantineAll() => inner.QuarantineAll();

        public IReadOnlyList<AgedRecord> Known() => inner.Known();
    }
}
