using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>The next update of the poll loop, gathered read by read. Not thread-safe.</summary>
/// <param name="pollInterval">The interval of which nothing need be said.</param>
internal sealed class PendingUpdate(TimeSpan pollInterval)
{
    private readonly List<PipelineRecord> _changed = [];
    private readonly List<string> _confirmed = [];
    private readonly List<string> _forgotten = [];
    private readonly List<string> _refused = [];
    private readonly List<HealthDocument> _documents = [];
    private Dictionary<string, TimeSpan> _intervals = new(StringComparer.Ordinal);
    private long _readsStartedAfter = long.MaxValue;
    private long? _readAt;
    private bool _isAnyStatusChanged;

    /// <summary>True when it says something new: that goes out at once.</summary>
    public bool HasNews => _isAnyStatusChanged || _forgotten.Count + _refused.Count + _documents.Count > 0;

    /// <summary>True when it confirms something, or fields alone changed: that may wait for company.</summary>
    public bool HasConfirmations => _confirmed.Count + _changed.Count > 0;

    /// <summary>A read whose finding is about to be added: the update is as old as the oldest of them.</summary>
    public void Include(in FinishedRead read)
    {
        _readsStartedAfter = Math.Min(_readsStartedAfter, read.StartedAfter);
        _readAt = read.EndedAt < _readAt ? read.EndedAt : _readAt ?? read.EndedAt;
    }

    public void Change(PipelineRecord record, TimeSpan interval)
    {
        _changed.Add(record);
        _isAnyStatusChanged |= !record.ChangesFieldsAlone;
        NoteInterval(record.PipelineId, interval);
    }

    public void Confirm(string pipelineId, TimeSpan interval)
    {
        _confirmed.Add(pipelineId);
        NoteInterval(pipelineId, interval);
    }

    public void Forget(string pipelineId) => _forgotten.Add(pipelineId);

    public void Refuse(string pipelineId) => _refused.Add(pipelineId);

    public void Store(HealthDocument document) => _documents.Add(document);

    /// <summary>The update so far; the next one begins.</summary>
    /// <param name="version">The poller's version with its changes.</param>
    /// <param name="number">Its number in the epoch.</param>
    public PollUpdate Take(StatusVersion version, long number)
    {
        var update = new PollUpdate(version, [.. _changed], [.. _confirmed], [.. _forgotten])
        {
            UpdateNumber = number,
            ReadsStartedAfter = Math.Min(_readsStartedAfter, number - 1),
            ReadAt = _readAt,
            Intervals = _intervals,
            Documents = [.. _documents],
            Refused = [.. _refused],
        };
        _changed.Clear();
        _isAnyStatusChanged = false;
        _confirmed.Clear();
        _forgotten.Clear();
        _refused.Clear();
        _documents.Clear();
        if (_intervals.Count > 0) _intervals = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        _readsStartedAfter = long.MaxValue;
        _readAt = null;
        return update;
    }

    private void NoteInterval(string pipelineId, TimeSpan interval)
    {
        if (interval == pollInterval) _intervals.Remove(pipelineId);
        else _intervals[pipelineId] = interval;
    }
}
