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
    private readonly Dictionary<string, TimeSpan> _watchedSince = new(StringComparer.Ordinal);

    /// <summary>The watched pipelines that no good read has confirmed for longer than the bound, and that are in no episode of errors, which is doubt already.</summary>
    public IReadOnlySet<string> Stale => _stale;

    /// <summary>True when most of what is watched has not been read, well or badly, for so long that whoever polls must be taken for lost.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Looks at everything that is watched; names what became stale, and what is stale no longer.</summary>
    public IReadOnlyList<(string PipelineId, bool IsStale)> Look(IReadOnlyCollection<string> watched, StatusCache cache, TimeSpan now)
    {
        List<(string, bool)>? turned = null;
        var missed = 0;
        foreach (var pipelineId in watched)
        {
            if (!_watchedSince.TryGetValue(pipelineId, out var since)) _watchedSince.Add(pipelineId, since = now);
            var (readAt, goodReadAt, condition) = cache.FindReadTimes(pipelineId) ?? (since, since, PipelineCondition.Fine);

            // Watched only now, it is nobody's fault that it was not read before.
            var isStale = !condition.IsUnavailable() && now - Max(goodReadAt, since) > cadence.FreshnessBound;
            var patience = condition.IsUnavailable() ? cadence.ProgressBound + LongestRetryAfter : cadence.ProgressBound;
            if (now - Max(readAt, since) > patience) missed++;
            if (isStale == _stale.Contains(pipelineId)) continue;
            if (isStale) _stale.Add(pipelineId);
            else _stale.Remove(pipelineId);
            (turned ??= []).Add((pipelineId, isStale));
        }

        IsBehind = missed * 2 > watched.Count;
        if (_watchedSince.Count > watched.Count) Forget(watched);
        return turned ?? [];
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void Forget(IReadOnlyCollection<string> watched)
    {
        var left = _watchedSince.Keys.Except(watched, StringComparer.Ordinal).ToList();
        foreach (var pipelineId in left)
        {
            _watchedSince.Remove(pipelineId);
            _stale.Remove(pipelineId);
        }
    }
}
