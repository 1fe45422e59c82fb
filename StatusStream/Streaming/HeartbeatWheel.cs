using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>Something that beats.</summary>
internal interface IBeating
{
    /// <summary>A heartbeat is due. Must not block.</summary>
    void Beat();
}

/// <summary>
/// One timer for the heartbeats of all streams: each stream beats once per revolution, at its place on the wheel.
/// Streams that come spread over time beat spread over time; of those that come all at once some beat earlier the first
/// time, so that they do not beat all at once for ever.
/// </summary>
internal sealed class HeartbeatWheel : IDisposable
{
    /// <summary>How many streams share a place as long as there is another.</summary>
    public const int Crowd = 32;

    private const int MostSpokes = 128;
    private static readonly TimeSpan ShortestStep = TimeSpan.FromMilliseconds(50);

    private readonly List<Seat>[] _spokes;
    private readonly Lock _gate = new();
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _step;
    private readonly long _origin;
    private readonly AsyncSignal _due = new();
    private readonly ITimer _timer;
    private readonly ILogger _logger;
    private long _position;
    private long _armedFor = long.MaxValue;
    private int _seats;

    public HeartbeatWheel(IOptions<StreamingOptions> options, TimeProvider timeProvider, ILogger<HeartbeatWheel> logger)
    {
        var revolution = options.Value.HeartbeatInterval;
        _spokes = [.. Enumerable.Range(0, Math.Clamp((int)(revolution / ShortestStep), 1, MostSpokes)).Select(_ => new List<Seat>())];
        _step = revolution / _spokes.Length;
        _timeProvider = timeProvider;
        _logger = logger;
        _origin = timeProvider.GetTimestamp();
        _timer = timeProvider.CreateTimer(_ => _due.SetHere(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Joins; the first beat is one revolution from now, in a crowd up to a quarter of it earlier. Dispose what is
    /// returned to leave.
    /// </summary>
    public IDisposable Join(IBeating stream)
    {
        lock (_gate)
        {
            if (_seats++ == 0) _position = Place(); // nobody was there to turn for
            PassEmptySpokes();
            var place = FreePlace();
            if (place < _armedFor) Arm(place);
            return new Seat(this, Spoke(place), stream);
        }
    }

    /// <summary>Turns until cancelled.</summary>
    public async Task RunAsync(BackgroundLoop loop, CancellationToken cancellationToken)
    {
        using var wakeUp = cancellationToken.UnsafeRegister(static due => ((AsyncSignal)due!).Set(), _due);
        while (!cancellationToken.IsCancellationRequested)
        {
            Turn();
            if (IsTurning) loop.Turn(_step * _spokes.Length);
            else loop.Rest();
            await _due.WaitAsync().ConfigureAwait(false); // on the timer's own thread
        }
    }

    public void Dispose() => _timer.Dispose();

    private bool IsTurning
    {
        get
        {
            lock (_gate) return _seats > 0;
        }
    }

    /// <summary>Turns as far as time has: a late timer skips nobody.</summary>
    private void Turn()
    {
        List<IBeating> due = [];
        lock (_gate)
        {
            var place = Place();
            for (var turns = Math.Min(place - _position, _spokes.Length); turns > 0; turns--)
            {
                _position++;
                foreach (var seat in Spoke(_position)) due.Add(seat.Stream);
            }

            _position = Math.Max(_position, place);
            Arm(NextOccupied());
        }

        // Off the lock: a beat may be written, and a stream may end, before it returns.
        foreach (var stream in due) Beat(stream);
    }

    /// <summary>A stream that fails harms itself alone.</summary>
    private void Beat(IBeating stream)
    {
        try
        {
            stream.Beat();
        }
#pragma warning disable CA1031 // whatever it is, the other streams' heartbeats go on
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.HeartbeatFailed(e);
        }
    }

    private long Place() => (long)(_timeProvider.GetElapsedTime(_origin) / _step);

    private List<Seat> Spoke(long position) => _spokes[position % _spokes.Length];

    /// <summary>The timer does not ring for these.</summary>
    private void PassEmptySpokes()
    {
        for (var place = Place(); _position < place && Spoke(_position + 1).Count == 0;) _position++;
    }

    /// <summary>The latest one without a crowd, else the emptiest, of the last quarter of the revolution to come.</summary>
    private long FreePlace()
    {
        var best = _position + _spokes.Length;
        for (var back = 1; back < _spokes.Length / 4 && Spoke(best).Count >= Crowd; back++)
        {
            var earlier = _position + _spokes.Length - back;
            if (Spoke(earlier).Count < Spoke(best).Count) best = earlier;
        }

        return best;
    }

    private long NextOccupied()
    {
        for (var place = _position + 1; place <= _position + _spokes.Length; place++)
        {
            if (Spoke(place).Count > 0) return place;
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

    private void Leave(Seat seat, List<Seat> spoke)
    {
        lock (_gate)
        {
            // The last one takes the seat that becomes free.
            var last = spoke[^1];
            spoke[seat.Index] = last;
            last.Index = seat.Index;
            spoke.RemoveAt(spoke.Count - 1);
            if (--_seats > 0) return;
            _armedFor = long.MaxValue;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Seat : IDisposable
    {
        private readonly HeartbeatWheel _wheel;
        private readonly List<Seat> _spoke;

        public Seat(HeartbeatWheel wheel, List<Seat> spoke, IBeating stream)
        {
            _wheel = wheel;
            _spoke = spoke;
            Stream = stream;
            Index = spoke.Count;
            spoke.Add(this);
        }

        public IBeating Stream { get; }

        public int Index { get; set; }

        public void Dispose() => _wheel.Leave(this, _spoke);
    }
}
