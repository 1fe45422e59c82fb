using System.Runtime.InteropServices;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>
/// Watches progress where it arrives: when was what is watched here last confirmed? Pure: it is told the time. Not thread-safe.
/// </summary>
internal sealed class FreshnessTracker(PollCadence cadence)
{
    /// <summary>The longest that a backend may ask to be left alone; until then a pipeline in an episode is not missed.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(60);

    private TimeSpan _anyReadAt = TimeSpan.MinValue;

    private readonly HashSet<string> _stale = new(StringComparer.Ordinal);

    // What the shared state loses was confirmed all the same when it was.
    private readonly Dictionary<string, LastRead> _lastReads = new(StringComparer.Ordinal);

    /// <summary>
    /// The watched pipelines that no good read has confirmed for longer than the bound, and that are in no episode of
    /// errors, which is doubt already.
    /// </summary>
    public IReadOnlySet<string> Stale => _stale;

    /// <summary>True when most of what is watched has not been read, well or badly, for so long that whoever polls must be taken for lost.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Somebody is told what is known of a pipeline: from now on that is as old as its read, however new the watch is.</summary>
    public void NoteSent(in CachedStatus known, TimeSpan now)
    {
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_lastReads, known.Record.PipelineId, out var isWatched);
        if (isWatched) return;
        last = LastRead.None(now);
        if (known.GoodReadAt > TimeSpan.MinValue) last.GoodReadAt = known.GoodReadAt; // it may be withheld before anybody looks
    }

    /// <summary>Looks at everything that is watched; names what became stale, and what is stale no longer.</summary>
    public IReadOnlyList<(string PipelineId, bool IsStale)> Look(
        IReadOnlyCollection<string> watched, StatusCache cache, IReadOnlySet<string> withheld, TimeSpan now)
    {
        List<(string, bool)>? turned = null;
        var missed = 0;
        foreach (var pipelineId in watched)
        {
            ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_lastReads, pipelineId, out var isWatched);
            if (!isWatched) last = LastRead.None(now);
            var (condition, interval) = (PipelineCondition.Ok, cadence.Interval);
            if (cache.FindRead(pipelineId) is { } known)
            {
                (condition, interval) = (known.Record.Condition, known.Interval);
                _anyReadAt = Max(_anyReadAt, known.ReadAt);
                last.ReadAt = Max(last.WatchedSince, known.ReadAt);

                // What is quarantined is told to nobody, so its reads confirm nothing that anybody was told.
                if (!withheld.Contains(pipelineId) && known.GoodReadAt > TimeSpan.MinValue) last.GoodReadAt = known.GoodReadAt;
            }

            var isStale = !condition.IsUnavailable() && now - last.GoodReadAt > cadence.FreshnessBound(interval);

            // While the backend answers nothing, one read in a hundred goes on: then any read is progress.
            var isMissed = condition.IsUnavailable()
                ? now - Max(last.ReadAt, _anyReadAt) > cadence.ProgressBound(interval) + LongestRetryAfter
                : now - last.ReadAt > cadence.ProgressBound(interval);
            if (isMissed) missed++;
            if (isStale == _stale.Contains(pipelineId)) continue;
            if (isStale) _stale.Add(pipelineId);
            else _stale.Remove(pipelineId);
            (turned ??= []).Add((pipelineId, isStale));
        }

        IsBehind = missed * 2 > watched.Count;
        if (_lastReads.Count > watched.Count) Forget(watched);
        return turned ?? [];
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>What is known of the reads of a pipeline. At first, the beginning of the watch: it is nobody's fault that it was not read before.</summary>
    private record struct LastRead(TimeSpan WatchedSince, TimeSpan ReadAt, TimeSpan GoodReadAt)
    {
        public static LastRead None(TimeSpan now) => new(now, now, now);
    }

    private void Forget(IReadOnlyCollection<string> watched)
    {
        var left = _lastReads.Keys.Except(watched, StringComparer.Ordinal).ToList();
        foreach (var pipelineId in left)
        {
            _lastReads.Remove(pipelineId);
            _stale.Remove(pipelineId);
        }
    }
}
