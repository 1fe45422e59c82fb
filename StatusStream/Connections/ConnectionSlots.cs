namespace PipelineAspire.StatusStream.Connections;

/// <summary>
/// The slots for connections. When all are taken, those that serve nobody have to go: first what waits between two
/// requests, longest first, then what has not sent its first request for a while. While none can go, nothing is accepted
/// and clients wait with the kernel.
/// </summary>
internal sealed class ConnectionSlots(ConnectionLimits limits, Func<bool> areFilesShort, TimeProvider timeProvider, ILogger<ConnectionSlots> logger)
{
    /// <summary>
    /// How long a new connection is waited for when its slot is needed: a few round trips. Half of that for each one
    /// waited for in vain, so that a flood of them does not keep others out, and twice that again for each that asked.
    /// </summary>
    public static readonly TimeSpan FirstRequestPatience = TimeSpan.FromSeconds(1);

    /// <summary>The least patience with new connections.</summary>
    public static readonly TimeSpan LeastPatience = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a request may take to arrive when it is this process that is behind.</summary>
    public static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(5);

    /// <summary>How long a request that has arrived may wait to be looked at: its client has given up by then.</summary>
    public static readonly TimeSpan UnreadPatience = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection is left alone after a request: its answer may still be on the way out.</summary>
    public static readonly TimeSpan IdlePatience = TimeSpan.FromMilliseconds(100);

    /// <summary>How often a full house is looked at when nothing tells of a change.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// How often a request is queued for a thread between its socket and its answer, with room to spare: each time it
    /// may wait as long as a look comes late.
    /// </summary>
    private const int TurnsOfARequest = 16;

    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly LinkedList<ConnectionSlot> _new = [];
    private readonly LinkedList<ConnectionSlot> _idle = [];
    private int _taken;
    private int _busy;
    private long? _warned;
    private long _served = timeProvider.GetTimestamp();
    private TimeSpan _patience = FirstRequestPatience;
    private TimeSpan _late = TimeSpan.Zero;
    private TaskCompletionSource? _change;

    /// <summary>Returns when one more connection may be accepted.</summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ConnectionSlot? leaving;
            Task change;
            lock (_gate)
            {
                if (_taken < limits.Connections && !areFilesShort()) return;
                leaving = TakeUseless();
                change = (_change ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                Warn();
            }

            leaving?.Abort();
            var looked = timeProvider.GetTimestamp();
            try
            {
                await change.WaitAsync(LookAgain, timeProvider, cancellationToken);
            }
            catch (TimeoutException)
            {
                // Nothing has changed, but what is new has grown older.
            }

            await Task.Yield(); // behind all that waits for a thread, which a timer is not
            NoteLate(timeProvider.GetElapsedTime(looked) - LookAgain);
        }
    }

    /// <summary>A connection was accepted.</summary>
    /// <param name="abort">Breaks it.</param>
    /// <param name="isUnread">Whether it has sent something that nobody has looked at.</param>
    public ConnectionSlot Enter(Action abort, Func<bool> isUnread)
    {
        var slot = new ConnectionSlot(this, abort, isUnread, timeProvider.GetTimestamp());
        lock (_gate)
        {
            _taken++;
            _new.AddLast(slot.Node);
        }

        return slot;
    }

    /// <summary>A connection is closed, its descriptor free.</summary>
    public void Release(ConnectionSlot slot)
    {
        lock (_gate)
        {
            _taken--;
            if (slot.Requests > 0) _busy--;
            slot.Requests = 0;
            slot.Node.List?.Remove(slot.Node);
            TellChange();
        }
    }

    public bool TryBegin(ConnectionSlot slot, bool isHealth)
    {
        lock (_gate)
        {
            if (slot.Requests == 0)
            {
                if (!isHealth && _busy >= limits.Connections - ConnectionLimits.ForHealth) return false;
                _busy++;
                if (slot.Node.List == _new)
                {
                    _patience = Shorter(_patience * 2, FirstRequestPatience);
                    _served = timeProvider.GetTimestamp();
                }

                slot.Node.List?.Remove(slot.Node);
            }

            slot.Requests++;
            return true;
        }
    }

    public void End(ConnectionSlot slot)
    {
        lock (_gate)
        {
            if (slot.Requests == 0 || --slot.Requests > 0) return; // closed already, or busy with another
            _busy--;
            slot.Since = timeProvider.GetTimestamp();
            _idle.AddLast(slot.Node);
            TellChange();
        }
    }

    private ConnectionSlot? TakeUseless()
    {
        var slot = OldestOf(_idle, IdlePatience) is { } idle && !IsBehind(idle) ? idle : null;
        if (slot is null && OldestOf(_new, _patience) is { } silent && !MayBeHeard(silent))
        {
            slot = silent;
            _patience = _patience / 2 > LeastPatience ? _patience / 2 : LeastPatience;
        }

        slot?.Node.List!.Remove(slot.Node);
        return slot;
    }

    /// <summary>Whether a new connection may have asked already: it has sent something, or others are being served one by one.</summary>
    private bool MayBeHeard(ConnectionSlot slot) =>
        slot.IsUnread() ? timeProvider.GetElapsedTime(slot.Since) < UnreadPatience
            : IsBehind(slot) || (timeProvider.GetElapsedTime(slot.Since) < MostPatience && timeProvider.GetElapsedTime(_served) < LeastPatience);

    /// <summary>Whether a connection may wait for this process, its request to be seen or its answer to be sent.</summary>
    private bool IsBehind(ConnectionSlot slot) =>
        timeProvider.GetElapsedTime(slot.Since) < Shorter(MostPatience, TurnsOfARequest * _late);

    private ConnectionSlot? OldestOf(LinkedList<ConnectionSlot> slots, TimeSpan patience) =>
        slots.First?.Value is { } oldest && timeProvider.GetElapsedTime(oldest.Since) >= patience ? oldest : null;

    /// <summary>Keeps how late a look came, and forgets earlier ones by and by.</summary>
    private void NoteLate(TimeSpan late)
    {
        lock (_gate) _late = late > _late / 2 ? late : _late / 2;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void TellChange()
    {
        _change?.TrySetResult();
        _change = null;
    }

    private void Warn()
    {
        if (_warned is { } warned && timeProvider.GetElapsedTime(warned) < BetweenWarnings) return;
        _warned = timeProvider.GetTimestamp();
        logger.AllPlacesTaken(_taken, _busy);
    }
}
