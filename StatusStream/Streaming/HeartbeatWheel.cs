using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>Something with a heartbeat, a stream.</summary>
internal interface IHeartbeatTarget
{
    /// <summary>A heartbeat is due. Must not block.</summary>
    void SendHeartbeat();
}

/// <summary>
/// One timer for the heartbeats of all streams: each stream has one per revolution, at its place on the wheel.
/// Streams that come spread over time stay spread; of those that come all at once some have theirs earlier the first
/// time, so that they do not coincide for ever.
/// </summary>
internal sealed class HeartbeatWheel : IDisposable
{
    /// <summary>How many streams share a place as long as there is another.</summary>
    public const int PreferredBucketSize = 32;

    private const int MostBuckets = 128;
    private static readonly TimeSpan ShortestStep = TimeSpan.FromMilliseconds(50);

    private readonly List<Entry>[] _buckets;
    private readonly Lock _gate = new();
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _step;
    private readonly long _origin;
    private readonly AsyncSignal _due = new();
    private readonly ITimer _timer;
    private readonly ILogger _logger;
    private long _position;
    private long _armedFor = long.MaxValue;
    private int _entries;

    public HeartbeatWheel(IOptions<StreamingOptions> options, TimeProvider timeProvider, ILogger<HeartbeatWheel> logger)
    {
        var revolution = options.Value.HeartbeatInterval;
        _buckets = [.. Enumerable.Range(0, Math.Clamp((int)(revolution / ShortestStep), 1, MostBuckets)).Select(_ => new List<Entry>())];
        _step = revolution / _buckets.Length;
        _timeProvider = timeProvider;
        _logger = logger;
        _origin = timeProvider.GetTimestamp();
        _timer = timeProvider.CreateTimer(_ => _due.SetInline(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Joins; the first heartbeat is one revolution from now, where many share a place up to a quarter of it earlier. Dispose what is
    /// returned to leave.
    /// </summary>
    public IDisposable Join(IHeartbeatTarget stream)
    {
        lock (_gate)
        {
            if (_entries++ == 0) _position = Place(); // nobody was there to turn for
            PassEmptyBuckets();
            var place = FreePlace();
            if (place < _armedFor) Arm(place);
            return new Entry(this, Bucket(place), stream);
        }
    }

    /// <summary>Turns until cancelled.</summary>
    public async Task RunAsync(BackgroundLoop loop, CancellationToken cancellationToken)
    {
        using var wakeUp = cancellationToken.UnsafeRegister(static due => ((AsyncSignal)due!).Set(), _due);
        while (!cancellationToken.IsCancellationRequested)
        {
            Turn();
            if (IsTurning) loop.Turn(_step * _buckets.Length);
            else loop.Rest();
            await _due.WaitAsync().ConfigureAwait(false); // on the timer's own thread
        }
    }

    public void Dispose() => _timer.Dispose();

    private bool IsTurning
    {
        get
        {
            lock (_gate) return _entries > 0;
        }
    }

    /// <summary>Turns as far as time has: a late timer skips nobody.</summary>
    private void Turn()
    {
        List<IHeartbeatTarget> due = [];
        lock (_gate)
        {
            var place = Place();
            for (var turns = Math.Min(place - _position, _buckets.Length); turns > 0; turns--)
            {
                _position++;
                foreach (var entry in Bucket(_position)) due.Add(entry.Stream);
            }

            _position = Math.Max(_position, place);
            Arm(NextOccupied());
        }

        // Off the lock: a heartbeat may be written, and a stream may end, before it returns.
        foreach (var stream in due) SendHeartbeat(stream);
    }

    /// <summary>A stream that fails harms itself alone.</summary>
    private void SendHeartbeat(IHeartbeatTarget stream)
    {
        try
        {
            stream.SendHeartbeat();
        }
#pragma warning disable CA1031 // whatever it is, the other streams' heartbeats go on
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.HeartbeatFailed(e);
        }
    }

    private long Place() => (long)(_timeProvider.GetElapsedTime(_origin) / _step);

    private List<Entry> Bucket(long position) => _buckets[position % _buckets.Length];

    /// <summary>The timer does not ring for these.</summary>
    private void PassEmptyBuckets()
    {
        for (var place = Place(); _position < place && Bucket(_position + 1).Count == 0;) _position++;
    }

    /// <summary>The latest one with room, else the emptiest, of the last quarter of the revolution to come.</summary>
    private long FreePlace()
    {
        var best = _position + _buckets.Length;
        for (var back = 1; back < _buckets.Length / 4 && Bucket(best).Count >= PreferredBucketSize; back++)
        {
            var earlier = _position + _buckets.Length - back;
            if (Bucket(earlier).Count < Bucket(best).Count) best = earlier;
        }

        return best;
    }

    private long NextOccupied()
    {
        for (var place = _position + 1; place <= _position + _buckets.Length; place++)
        {
            if (Bucket(place).Count > 0) return place;
        }

        return long.MaxValue;
    }

    private void Arm(long place)
    {
        _armedFor = place;
        if (place == long.MaxValue) return;
        var wait = Math.Ceiling(((place * _step) - _timeProvider.GetElapsedTime(_origin)).TotalMilliseconds);
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(wait, 1)), Timeout.InfiniteTimeSpan);
    }

    private void Leave(Entry entry, List<Entry> spoke)
    {
        lock (_gate)
        {
            // The last one takes the entry that becomes free.
            var last = spoke[^1];
            spoke[entry.Index] = last;
            last.Index = entry.Index;
            spoke.RemoveAt(spoke.Count - 1);
            if (--_entries > 0) return;
            _armedFor = long.MaxValue;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _due.SetInline(); // the loop says that it rests
    }

    private sealed class Entry : IDisposable
    {
        private readonly HeartbeatWheel _wheel;
        private readonly List<Entry> _spoke;

        public Entry(HeartbeatWheel wheel, List<Entry> spoke, IHeartbeatTarget stream)
        {
            _wheel = wheel;
            _spoke = spoke;
            Stream = stream;
            Index = spoke.Count;
            spoke.Add(this);
        }

        public IHeartbeatTarget Stream { get; }

        public int Index { get; set; }

        public void Dispose() => _wheel.Leave(this, _spoke);
    }
}
