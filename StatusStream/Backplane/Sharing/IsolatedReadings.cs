using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Backplane.Sharing;

/// <summary>
/// What a replica observed by itself while it was isolated, and keeps until a shared read that began after it rejoined:
/// without comparing any clocks, by the numbers of the poller's updates. Not thread-safe.
/// </summary>
internal sealed class IsolatedReadings
{
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PipelineRecord> _shared = new(StringComparer.Ordinal);
    private (ulong Epoch, long UpdateNumber)? _rejoined;

    /// <summary>Isolation begins.</summary>
    public void Begin()
    {
        _rejoined = null;
        _shared.Clear();
    }

    /// <summary>Something was observed in isolation.</summary>
    public void Observe(PollUpdate update)
    {
        foreach (var record in update.Changed) _kept.Add(record.PipelineId);
        _kept.UnionWith(update.Confirmed);
        _kept.ExceptWith(update.Forgotten);
    }

    /// <summary>All that is shared was read; names the pipelines whose own observation still stands.</summary>
    public IReadOnlySet<string> Reconcile(SharedSnapshot snapshot)
    {
        if (_kept.Count == 0) return _kept;
        _rejoined ??= (snapshot.Version.Epoch, snapshot.UpdateNumber);
        _shared.Clear();
        foreach (var (record, _, _) in snapshot.Known)
        {
            if (_kept.Contains(record.PipelineId)) _shared[record.PipelineId] = record;
        }

        return _kept;
    }

    /// <summary>An update with what is quarantined left out, and with what no longer is put in.</summary>
    public PollUpdate Release(PollUpdate update)
    {
        if (_kept.Count == 0 || _rejoined is not { } rejoined) return update;
        var isNewer = update.Version.Epoch != rejoined.Epoch || update.ReadsStartedAfter > rejoined.UpdateNumber;
        var changed = new List<PipelineRecord>(update.Changed.Count);
        var confirmed = new List<string>(update.Confirmed.Count);
        foreach (var record in update.Changed)
        {
            if (!_kept.Contains(record.PipelineId) || (isNewer && IsObservation(record) && Accept(record.PipelineId))) changed.Add(record);
            else _shared[record.PipelineId] = record;
        }

        foreach (var pipelineId in update.Confirmed)
        {
            if (!_kept.Contains(pipelineId))
            {
                confirmed.Add(pipelineId);
            }
            else if (isNewer && _shared.TryGetValue(pipelineId, out var record) && IsObservation(record) && Accept(pipelineId))
            {
                changed.Add(record.At(update.Version));
            }
        }

        return update with { Changed = changed, Confirmed = confirmed, Forgotten = [.. update.Forgotten.Where(id => !_kept.Contains(id))] };
    }

    /// <summary>A read that failed says nothing of the status: what it carries is an older one.</summary>
    private static bool IsObservation(PipelineRecord record) => !record.Condition.IsUnavailable();

    private bool Accept(string pipelineId)
    {
        _shared.Remove(pipelineId);
        return _kept.Remove(pipelineId);
    }
}
