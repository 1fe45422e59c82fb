using System.Runtime.InteropServices;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>
/// What this replica's own clients watch. A stream watches until it leaves, a poll for <see cref="PollCadence.Linger"/>;
/// a pipeline stays on the list that long after its last watcher. Thread-safe.
/// </summary>
public sealed class WatchList(PollCadence cadence, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Watch> _watches = new(StringComparer.Ordinal);
    private readonly long _origin = timeProvider.GetTimestamp();

    /// <summary>Raised with the pipelines that nobody here watched a moment ago; not under the list's lock.</summary>
    public event Action<IReadOnlyList<string>>? Began;

    private TimeSpan Now => timeProvider.GetElapsedTime(_origin);

    /// <summary>One more stream watches these.</summary>
    public void Add(IReadOnlyList<string> pipelineIds) => Extend(pipelineIds, streams: 1);

    /// <summary>A poll asked for these.</summary>
    public void Touch(IReadOnlyList<string> pipelineIds) => Extend(pipelineIds, streams: 0);

    /// <summary>One stream fewer watches these.</summary>
    public void Remove(IReadOnlyList<string> pipelineIds)
    {
        lock (_gate)
        {
            var until = Now + cadence.Linger;
            foreach (var id in pipelineIds)
            {
                ref var watch = ref CollectionsMarshal.GetValueRefOrAddDefault(_watches, id, out _);
                watch = new Watch(watch.Streams - 1, until);
            }
        }
    }

    /// <summary>All that is watched now; what has lingered long enough is dropped.</summary>
    public IReadOnlyList<WatchedPipeline> Current()
    {
        lock (_gate)
        {
            var now = Now;
            var watched = new List<WatchedPipeline>(_watches.Count);
            foreach (var (id, watch) in _watches)
            {
                if (watch.Streams > 0) watched.Add(new WatchedPipeline(id, null));
                else if (watch.Until > now) watched.Add(new WatchedPipeline(id, watch.Until - now));
                else _watches.Remove(id);
            }

            return watched;
        }
    }

    private void Extend(IReadOnlyList<string> pipelineIds, int streams)
    {
        List<string>? began = null;
        lock (_gate)
        {
            var now = Now;
            foreach (var id in pipelineIds)
            {
                ref var watch = ref CollectionsMarshal.GetValueRefOrAddDefault(_watches, id, out _);
                if (watch.Streams == 0) (began ??= []).Add(id);
                watch = new Watch(watch.Streams + streams, now + cadence.Linger);
            }
        }

        if (began is not null) Began?.Invoke(began);
    }

    private readonly record struct Watch(int Streams, TimeSpan Until);
}
