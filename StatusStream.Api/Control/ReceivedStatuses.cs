using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Control;

/// <summary>Counts what comes off the backplane on its way to the broadcaster.</summary>
internal sealed class ReceivedStatuses(StatusBroadcaster broadcaster) : IStatusReceiver
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PipelineStatus> _statuses = new(StringComparer.Ordinal);
    private StatusVersion? _version;
    private long _changes;

    /// <summary>The newest version, null before the first, and how many statuses differed from those before.</summary>
    public (StatusVersion? Version, long Changes) Summary()
    {
        lock (_gate) return (_version, _changes);
    }

    public void Receive(PollUpdate update)
    {
        lock (_gate)
        {
            foreach (var record in update.Changed) Count(record);
            foreach (var pipelineId in update.Forgotten) _statuses.Remove(pipelineId);
            _version = update.Version;
        }

        broadcaster.Receive(update);
    }

    public void Replace(StatusVersion version, IReadOnlyList<KnownPipeline> known, IReadOnlySet<string> kept)
    {
        lock (_gate)
        {
            foreach (var pipeline in known.Where(pipeline => !kept.Contains(pipeline.Record.PipelineId))) Count(pipeline.Record);
            _version = version;
        }

        broadcaster.Replace(version, known, kept);
    }

    public void Distrust() => broadcaster.Distrust();

    public IReadOnlyList<KnownPipeline> Known() => broadcaster.Known();

    private void Count(PipelineRecord record)
    {
        if (record.Status is not { } status) return;
        if (_statuses.TryGetValue(record.PipelineId, out var before) && before != status) _changes++;
        _statuses[record.PipelineId] = status;
    }
}
