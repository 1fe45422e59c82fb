using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>The next update of the poll loop, gathered read by read. Not thread-safe.</summary>
internal sealed class PendingUpdate
{
    private readonly List<PipelineRecord> _changed = [];
    private readonly List<string> _confirmed = [];
    private readonly List<string> _forgotten = [];
    private long _readsStartedAfter = long.MaxValue;
    private long? _readAt;

    /// <summary>True when it says something new: that goes out at once.</summary>
    public bool HasNews => _changed.Count + _forgotten.Count > 0;

    /// <summary>True when it confirms something: that may wait for company.</summary>
    public bool HasConfirmations => _confirmed.Count > 0;

    /// <summary>A read whose finding is about to be added: the update is as old as the oldest of them.</summary>
    public void Include(FinishedRead read)
    {
        _readsStartedAfter = Math.Min(_readsStartedAfter, read.StartedAfter);
        _readAt = read.EndedAt < _readAt ? read.EndedAt : _readAt ?? read.EndedAt;
    }

    public void Change(PipelineRecord record) => _changed.Add(record);

    public void Confirm(string pipelineId) => _confirmed.Add(pipelineId);

    public void Forget(string pipelineId) => _forgotten.Add(pipelineId);

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
        };
        _changed.Clear();
        _confirmed.Clear();
        _forgotten.Clear();
        _readsStartedAfter = long.MaxValue;
        _readAt = null;
        return update;
    }
}
