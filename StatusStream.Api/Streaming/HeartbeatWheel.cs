using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>Something that beats.</summary>
internal interface IBeating
{
    /// <summary>A heartbeat is due. Must not block.</summary>
    void Beat();
}

/// <summary>
/// One timer for the heartbeats of all streams: each stream beats once per revolution, at the place of the wheel where
/// it joined, so that streams that came spread over time beat spread over time.
/// </summary>
internal sealed class HeartbeatWheel : IDisposable
{
    private const int MostSpokes = 256;
    private static readonly TimeSpan ShortestStep = TimeSpan.FromMilliseconds(50);

    private readonly HashSet<IBeating>[] _spokes;
    private readonly Lock _gate = new();
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _step;
    private readonly long _origin;
    private readonly ITimer _timer;
    private long _position;

    public HeartbeatWheel(IOptions<StreamingOptions> options, TimeProvider timeProvider)
    {
        var revolution = options.Value.HeartbeatInterval;
        _spokes = [.. Enumerable.Range(0, Math.Clamp((int)(revolution / ShortestStep), 1, MostSpokes)).Select(_ => new HashSet<IBeating>())];
        _step = revolution / _spokes.Length;
        _timeProvider = timeProvider;
        _origin = timeProvider.GetTimestamp();
        _timer = timeProvider.CreateTimer(_ => Turn(), null, _step, _step);
    }

    /// <summary>Joins; the first beat is one revolution from now. Dispose what is returned to leave.</summary>
    public IDisposable Join(IBeating stream)
    {
        lock (_gate)
        {
            var spoke = _spokes[_position % _spokes.Length];
            spoke.Add(stream);
            return new Seat(this, spoke, stream);
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Turns as far as time has: a late timer skips nobody.</summary>
    private void Turn()
    {
        lock (_gate)
        {
            var due = (long)(_timeProvider.GetElapsedTime(_origin) / _step);
            for (var turns = Math.Min(due - _position, _spokes.Length); turns > 0; turns--)
            {
                _position++;
                foreach (var stream in _spokes[_position % _spokes.Length]) stream.Beat();
            }

            _position = Math.Max(_position, due);
        }
    }

    private sealed class Seat(HeartbeatWheel wheel, HashSet<IBeating> spoke, IBeating stream) : IDisposable
    {
        public void Dispose()
        {
            lock (wheel._gate) spoke.Remove(stream);
        }
    }
}
