using PipelineAspire.StatusStream.Connections;
using PipelineAspire.StatusStream.Diagnostics;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>The open streams of this replica: how many there may be, and how they end when the replica goes away.</summary>
internal sealed class StreamRegistry(ConnectionLimits limits, StatusStreamMetrics metrics, TimeProvider timeProvider)
{
    /// <summary>How long the ends of all streams are spread over, so that their clients do not come back all at once.</summary>
    public static readonly TimeSpan DrainWindow = TimeSpan.FromSeconds(1.5);

    private const int DrainSteps = 30;

    private readonly Lock _gate = new();
    private readonly Dictionary<StreamSession, Action> _streams = [];
    private int _places;

    /// <summary>True from the moment the replica began to go away.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>How many streams are open.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _streams.Count;
        }
    }

    /// <summary>Takes one of the places there are; give it back by <see cref="Release"/>.</summary>
    public bool TryAdmit()
    {
        lock (_gate)
        {
            if (IsDraining || _places >= limits.Streams) return false;
            _places++;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Release()
    {
        lock (_gate) _places--;
    }

    /// <summary>A stream is running.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="abort">Breaks its connection, for when it does not end by itself.</param>
    public void Add(StreamSession stream, Action abort)
    {
        metrics.StreamOpened(stream.Pipelines);
        lock (_gate)
        {
            _streams.Add(stream, abort);
            if (!IsDraining) return;
        }

        stream.Drain();
    }

    /// <summary>A stream is over.</summary>
    public void Remove(StreamSession stream)
    {
        metrics.StreamClosed(stream.Pipelines);
        lock (_gate) _streams.Remove(stream);
    }

    /// <summary>Ends all streams, spread over <see cref="DrainWindow"/>; then breaks those that a slow client holds open.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        KeyValuePair<StreamSession, Action>[] open;
        lock (_gate)
        {
            IsDraining = true;
            open = [.. _streams];
        }

        for (var step = 0; step < DrainSteps && Count > 0; step++)
        {
            for (var i = step; i < open.Length; i += DrainSteps) open[i].Key.Drain();
            await Task.Delay(DrainWindow / DrainSteps, timeProvider, cancellationToken);
        }

        AbortAll();
    }

    /// <summary>Breaks the connection of every open stream, and says how many.</summary>
    public int AbortAll()
    {
        // Under the lock, since a stream that has left may not be aborted: its connection serves the next request then.
        lock (_gate)
        {
            KeyValuePair<StreamSession, Action>[] open = [.. _streams];
            foreach (var (_, abort) in open) abort();
            return open.Length;
        }
    }
}
