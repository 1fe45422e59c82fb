using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>
/// What the ids of a stream's events say: up to where its client has been told everything. While something is kept back that is as old as
/// what is told, no version is true of that. So what is told then counts in an epoch of the stream's own: whoever comes back with it is of
/// an epoch that no hub knows, and is told each pipeline from its next read on.
/// </summary>
internal sealed partial class Subscriber
{
    private int _keptBack;
    private StatusVersion _version; // the newest that came
    private StatusVersion _reached; // the newest that was true
    private StatusVersion _early; // what was told last in the epoch of its own
    private StatusVersion _said;

    /// <summary>Where the epoch of its own comes from.</summary>
    public Func<ulong> DrawEpoch { get; init; } = StatusVersion.NewEpoch;

    /// <summary>A newer status of a pipeline is kept back for now.</summary>
    internal void KeepBack(int slot)
    {
        lock (_gate)
        {
            ref var mine = ref _slots[slot];
            if (mine.KeptBack == KeptBack.No) _keptBack++;
            mine.KeptBack = KeptBack.Yes;
        }
    }

    /// <summary>What was kept back is told now.</summary>
    private void EndKeepingBack(ref ConflatedStatus slot)
    {
        if (slot.KeptBack != KeptBack.Released) return;
        slot.KeptBack = KeptBack.No;
        _keptBack--;
    }

    /// <summary>As of what its first batch is, unless its client has seen something elsewhere.</summary>
    private void JoinAt(StatusVersion version)
    {
        _version = version;
        if (_seen == default) _said = _reached = version;
    }

    /// <summary>True when the client will have been told everything up to there; on a stream no version goes back within an epoch.</summary>
    private bool IsTrue(StatusVersion version) => _keptBack == 0 && !(version.Epoch == _reached.Epoch && version.Sequence < _reached.Sequence);

    /// <summary>What an event says that is as new as <paramref name="version"/>.</summary>
    /// <param name="version">As of what it is.</param>
    /// <param name="tells">True when it tells statuses.</param>
    private StatusVersion Say(StatusVersion version, bool tells)
    {
        if (IsTrue(version)) return _said = _reached = version;
        if (!tells) return _said;
        return _said = _early = _early == default ? new StatusVersion(DrawEpoch(), 1) : _early with { Sequence = _early.Sequence + 1 };
    }

    private StreamEvent MakeBatch(List<PipelineRecord> records) => MakeBatch(records, _version);

    private StreamEvent MakeBatch(List<PipelineRecord> records, StatusVersion version) =>
        new(StreamEventKind.Batch, Say(version, records.Count > 0), Records: records);
}
