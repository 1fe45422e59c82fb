using System.Runtime.InteropServices;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>
/// What this replica's own clients watch. A stream watches until it leaves, a poll until it is answered; a pipeline
/// stays on the list for <see cref="PollCadence.RetainFor"/> after its last watcher. Thread-safe.
/// </summary>
internal sealed class WatchList(PollCadence cadence, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Watch> _watches = new(StringComparer.Ordinal);
    private readonly long _origin = timeProvider.GetTimestamp();

    /// <summary>Raised with the pipelines that nobody here watched a moment ago; not under the list's lock.</summary>
    public event Action<IReadOnlyList<string>>? Watched;

    private TimeSpan Now => timeProvider.GetElapsedTime(_origin);

    /// <summary>One more stream or poll watches these.</summary>
    public void Add(IReadOnlyList<string> pipelineIds)
    {
        List<string>? began = null;
        lock (_gate)
        {
            foreach (var id in pipelineIds)
            {
                ref var watch = ref CollectionsMarshal.GetValueRefOrAddDefault(_watches, id, out _);
                if (watch.Watchers == 0) (began ??= []).Add(id);
                watch = watch with { Watchers = watch.Watchers + 1 };
            }
        }

        if (began is not null) Watched?.Invoke(began);
    }

    /// <summary>One stream or poll fewer watches these.</summary>
    public void Remove(IReadOnlyList<string> pipelineIds)
    {
        lock (_gate)
        {
            var until = Now + cadence.RetainFor;
            foreach (var id in pipelineIds)
            {
                ref var watch = ref CollectionsMarshal.GetValueRefOrAddDefault(_watches, id, out _);
                watch = new Watch(watch.Watchers - 1, until);
            }
        }
    }

    /// <summary>All that is watched now; what has been retained long enough is dropped.</summary>
    public IReadOnlyList<WatchedPipeline> Current()
    {
        lock (_gate)
        {
            var now = Now;
            var watched = new List<WatchedPipeline>(_watches.Count);
            foreach (var (id, watch) in _watches)
            {
                if (watch.Watchers > 0) watched.Add(new WatchedPipeline(id, null));
                else if (watch.Until > now) watched.Add(new WatchedPipeline(id, watch.Until - now));
                else _watches.Remove(id);
            }

            return watched;
        }
    }

    private readonly record struct Watch(int Watchers, TimeSpan Until);
}
