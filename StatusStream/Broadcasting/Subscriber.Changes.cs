using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>What a subscriber watches changes: what is added is told by the batch that acknowledges it, and nothing before.</summary>
internal sealed partial class Subscriber
{
    /// <summary>Changes without their batch, in their order; null as long as nothing has ever been changed.</summary>
    private List<SubscriberChange>? _changes;

    /// <summary>The revision of the oldest change that waits for reads; null for none.</summary>
    public long? OldestWaiting
    {
        get
        {
            lock (_gate) return _changes?.Find(static change => !change.IsDue)?.Revision;
        }
    }

    /// <summary>Finds the slot of a pipeline; for the broadcaster, under its lock.</summary>
    internal bool TryFindSlot(string pipelineId, out int slot) => _pipelines.TryFind(pipelineId, out slot);

    /// <summary>A pipeline is watched from now on.</summary>
    /// <param name="change">The change that adds it.</param>
    /// <param name="pipelineId">The pipeline, which has no slot yet.</param>
    /// <param name="known">What is known of it now.</param>
    /// <param name="awaitsRead">True when the client may have seen something newer: it is told of its next read.</param>
    /// <returns>Its slot.</returns>
    internal int Add(SubscriberChange change, string pipelineId, PipelineRecord? known, bool awaitsRead)
    {
        lock (_gate)
        {
            var slot = _pipelines.Add(pipelineId);
            if (slot >= _slots.Length)
            {
                var capacity = Math.Max(_pipelines.Capacity, _slots.Length * 2);
                Array.Resize(ref _slots, capacity);
                var seats = Seats;
                Array.Resize(ref seats, capacity);
                Seats = seats;
                if (_sentFields is not null) Array.Resize(ref _sentFields, capacity);
            }

            _slots[slot] = new ConflatedStatus { Latest = known, AwaitsRead = awaitsRead, IsJoining = true };
            change.Added.Add(slot);
            if (known is null) change.Unread.Add(slot);
            return slot;
        }
    }

    /// <summary>A change names a pipeline that is watched already: its batch tells what is known of it.</summary>
    internal void AddAgain(SubscriberChange change, int slot)
    {
        lock (_gate)
        {
            change.Added.Add(slot);
            if (_slots[slot].Latest is null) change.Unread.Add(slot);
        }
    }

    /// <summary>A pipeline is not watched any more.</summary>
    /// <returns>The slot that it had.</returns>
    internal int Remove(string pipelineId)
    {
        lock (_gate)
        {
            var slot = _pipelines.Remove(pipelineId).GetValueOrDefault();
            ref var mine = ref _slots[slot];
            if (mine.KeptBack != KeptBack.No) _keptBack--;
            if (mine.IsUnconfirmed) _unconfirmed--;
            if (mine.Latest is null && !mine.IsJoining && !_begun) _unread--;
            mine = default;
            if (_sentFields is not null) _sentFields[slot] = null;
            if (_changes is not null)
            {
                foreach (var change in _changes) change.Forget(slot);
            }

            return slot;
        }
    }

    /// <summary>The change is made: a batch acknowledges it as soon as what it added has been read.</summary>
    /// <param name="change">The change.</param>
    /// <param name="version">As of what: what the batch tells may be as new.</param>
    internal void Begin(SubscriberChange change, StatusVersion version)
    {
        lock (_gate)
        {
            _version = version;
            (_changes ??= []).Add(change);
        }
    }

    /// <summary>The batch of a change, and those of all before it, wait no longer for pipelines that have not been read.</summary>
    internal void EndWaiting(long revision)
    {
        lock (_gate)
        {
            foreach (var change in _changes ?? [])
            {
                if (change.Revision <= revision) change.EndWaiting();
            }
        }

        Signal.Set();
    }

    /// <summary>An added pipeline has been read for the first time, or once more.</summary>
    /// <returns>True when the stream must be woken.</returns>
    private bool NoteRead(int slot)
    {
        var isFirst = false;
        foreach (var change in _changes ?? []) isFirst |= change.Unread.Remove(slot);
        return isFirst && _begun && _changes![0].IsDue;
    }

    /// <summary>
    /// The batch of the oldest change, when it is due: after everything that waits, since no event may be older than one before it.
    /// </summary>
    private bool TryAcknowledge(out StreamEvent streamEvent)
    {
        streamEvent = default;
        if (_changes is not { Count: > 0 } changes || !changes[0].IsDue) return false;
        var change = changes[0];
        changes.RemoveAt(0);
        var records = new List<PipelineRecord>(change.Added.Count);
        foreach (var index in change.Added)
        {
            ref var slot = ref _slots[index];
            slot.IsJoining = false;
            if (slot.Latest is not { } latest) continue;
            EndKeepingBack(ref slot);
            if (latest.HasPublicStatus)
            {
                records.Add(latest);
                slot.SentStatus = latest.Status;
                NoteInBatch(index, latest);
            }

            slot.SentCondition = PipelineCondition.Ok; // a batch takes doubts back
            if (latest.Condition != PipelineCondition.Ok) Enqueue(index, latest);
        }

        _isStallSent = false; // a batch takes doubts back: those that remain are told again
        streamEvent = MakeBatch(records, change.Resume) with { Revision = change.Revision, IsBehind = IsRelay && change.IsBehind };
        return true;
    }

    private StreamEvent MakeBatch(List<PipelineRecord> records, Resume? resume)
    {
        var unknown = resume?.Unknown(records, WantsFields);
        return MakeBatch(unknown ?? records) with { IsPartial = unknown is not null };
    }
}
