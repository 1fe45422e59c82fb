using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>
/// Watches progress where it arrives: when was what is watched here last confirmed? Pure: it is told the time. Not thread-safe.
/// </summary>
internal sealed class FreshnessWatch(PollCadence cadence)
{
    /// <summary>The longest that a backend may ask to be left alone; until then a pipeline in an episode is not missed.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(60);

    private readonly HashSet<string> _stale = new(StringComparer.Ordinal);

    // What the shared state loses was confirmed all the same when it was. At first, the beginning of the watch: it is nobody's fault that
    // it was not read before.
    private readonly Dictionary<string, (TimeSpan WatchedSince, TimeSpan ReadAt, TimeSpan GoodReadAt)> _lastReads = new(StringComparer.Ordinal);

    /// <summary>The watched pipelines that no good read has confirmed for longer than the bound, and that are in no episode of errors, which is doubt already.</summary>
    public IReadOnlySet<string> Stale => _stale;

    /// <summary>True when most of what is watched has not been read, well or badly, for so long that whoever polls must be taken for lost.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Looks at everything that is watched; names what became stale, and what is stale no longer.</summary>
    public IReadOnlyList<(string PipelineId, bool IsStale)> Look(IReadOnlyCollection<string> watched, StatusCache cache, IReadOnlySet<string> withheld, TimeSpan now)
    {
        List<(string, bool)>? turned = null;
        var missed = 0;
        foreach (var pipelineId in watched)
        {
            if (!_lastReads.TryGetValue(pipelineId, out var last)) last = (now, now, now);
            var condition = PipelineCondition.Fine;
            if (cache.FindReadTimes(pipelineId) is { } known)
            {
                condition = known.Condition;

                // What is withheld was told to nobody who came after; what was told is as old as its read, however new the watch is.
                var isTold = known.GoodReadAt > TimeSpan.MinValue && !withheld.Contains(pipelineId);
                last = (last.WatchedSince, Max(last.WatchedSince, known.ReadAt), isTold ? known.GoodReadAt : Max(last.WatchedSince, known.GoodReadAt));
            }

            _lastReads[pipelineId] = last;
            var isStale = !condition.IsUnavailable() && now - last.GoodReadAt > cadence.FreshnessBound;
            var patience = condition.IsUnavailable() ? cadence.ProgressBound + LongestRetryAfter : cadence.ProgressBound;
            if (now - last.ReadAt > patience) missed++;
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
