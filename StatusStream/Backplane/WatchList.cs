using System.Runtime.InteropServices;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>What somebody wants of a pipeline.</summary>
internal enum WatchKind
{
    /// <summary>Its status, though it is not on the screen.</summary>
    Background,

    /// <summary>Its status, on the screen.</summary>
    Visible,

    /// <summary>The backend's whole answer.</summary>
    Document,
}

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

    /// <summary>Raised with pipelines whose whole answer nobody here wanted a moment ago; not under the list's lock.</summary>
    public event Action<IReadOnlyList<string>>? DocumentsWanted;

    /// <summary>How many pipelines are on the list.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _watches.Count;
        }
    }

    /// <summary>
    /// False where another hub retains what a stream has watched: what stayed here, too, would be read for twice as long. Polls come again.
    /// </summary>
    public bool RetainsStreams { get; init; } = true;

    private TimeSpan Now => timeProvider.GetElapsedTime(_origin);

    /// <summary>True when the pipeline is on the list.</summary>
    public bool Contains(string pipelineId)
    {
        lock (_gate) return _watches.ContainsKey(pipelineId);
    }

    /// <summary>One more stream or poll watches these.</summary>
    public void Add(IReadOnlyList<string> pipelineIds, WatchKind kind = WatchKind.Visible)
    {
        List<string>? began = null;
        List<string>? documents = null;
        lock (_gate)
        {
            var now = Now;
            foreach (var id in pipelineIds)
            {
                ref var watch = ref CollectionsMarshal.GetValueRefOrAddDefault(_watches, id, out _);

                if (watch.Watchers == 0) (began ??= []).Add(id);
                if (kind == WatchKind.Document && watch.Documents == 0 && watch.DocumentUntil < now + cadence.Interval) (documents ??= []).Add(id);
                watch = watch.With(kind, 1, now + cadence.RetainFor);
            }
        }

        if (began is not null) Watched?.Invoke(began);
        if (documents is not null) DocumentsWanted?.Invoke(documents);
    }

    /// <summary>One stream or poll fewer watches these; unless they are retained, nobody does once the last has left.</summary>
    public void Remove(IReadOnlyList<string> pipelineIds, WatchKind kind = WatchKind.Visible, bool isRetained = true)
    {
        lock (_gate)
        {
            var until = Now + cadence.RetainFor;
            foreach (var id in pipelineIds)
            {
                ref var watch = ref CollectionsMarshal.GetValueRefOrAddDefault(_watches, id, out _);
                watch = watch.With(kind, -1, until);
                if (!isRetained && watch.Watchers == 0) _watches.Remove(id);
            }
        }
    }

    /// <summary>A watcher of these turns from one kind into another.</summary>
    public void Change(IReadOnlyList<string> pipelineIds, WatchKind from, WatchKind to)
    {
        if (pipelineIds.Count == 0 || from == to) return;
        lock (_gate)
        {
            var until = Now + cadence.RetainFor;
            foreach (var id in pipelineIds)
            {
                ref var watch = ref CollectionsMarshal.GetValueRefOrAddDefault(_watches, id, out _);
                watch = watch.With(from, -1, until).With(to, 1, until);
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
                if (watch.Watchers > 0 || watch.Until > now) watched.Add(watch.AsOf(id, now, cadence.RetainFor));
                else _watches.Remove(id);
            }

            return watched;
        }
    }

    private readonly record struct Watch(int Background, int Visible, int Documents, TimeSpan Until, TimeSpan DocumentUntil)
    {
        /// <summary>True when the last of its watchers had it in the background: it is retained at that pace.</summary>
        private bool WasHidden { get; init; }

        public int Watchers => Background + Visible + Documents;

        public Watch With(WatchKind kind, int more, TimeSpan until) => kind switch
        {
            WatchKind.Background => this with { Background = Background + more, Until = until, WasHidden = true },
            WatchKind.Visible => this with { Visible = Visible + more, Until = until, WasHidden = false },
            _ => this with { Documents = Documents + more, Until = until, DocumentUntil = until, WasHidden = false },
        };

        public WatchedPipeline AsOf(string pipelineId, TimeSpan now, TimeSpan whole)
        {
            var documentFor = Documents > 0 ? whole : DocumentUntil > now ? DocumentUntil - now : TimeSpan.Zero;
            var isVisible = Watchers > 0 ? Visible + Documents > 0 : !WasHidden;
            return new WatchedPipeline(pipelineId, Watchers > 0 ? null : Until - now, isVisible, documentFor);
        }
    }
}
