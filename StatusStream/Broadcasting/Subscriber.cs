using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>
/// What one stream has been told and what it has yet to be told: per pipeline the newest record alone, so that a reader
/// who falls behind costs the same few bytes as one who keeps up, and catches up with the latest. Offered to by the
/// broadcaster, emptied by the stream.
/// </summary>
internal sealed partial class Subscriber
{
    private readonly Lock _gate = new();
    private readonly PipelineSlots _pipelines;
    private readonly Resume? _resume;
    private ConflatedStatus[] _slots;
    private readonly List<(int Slot, PipelineRecord Record)> _queue = []; // in the order of their versions
    private readonly StatusVersion _seen;
    private int _queueHead;
    private int _unread;
    private bool _isWaitedLongEnough;
    private bool _begun;

    /// <param name="pipelineIds">The pipelines, no two alike.</param>
    /// <param name="seen">
    /// What the client has seen elsewhere, when that may be newer than what is known here: it is told each pipeline from its next read on.
    /// </param>
    /// <param name="resume">What it knows already, when nothing newer than what is known here: its first batch may be about the rest alone.</param>
    /// <param name="wantsFields">True when it is told fields, and of changes of fields alone.</param>
    internal Subscriber(IReadOnlyList<string> pipelineIds, StatusVersion? seen, Resume? resume = null, bool wantsFields = false)
    {
        _pipelines = new PipelineSlots(pipelineIds);
        _seen = _said = _reached = seen ?? default;
        _resume = resume;
        _keptBack = seen is null ? 0 : pipelineIds.Count;
        _slots = new ConflatedStatus[pipelineIds.Count];
        Seats = new int[pipelineIds.Count];
        if (wantsFields) _sentFields = new PipelineFields?[pipelineIds.Count];
        if (seen is not null) Array.Fill(_slots, new ConflatedStatus { AwaitsRead = true, KeptBack = KeptBack.Yes });
        _unread = pipelineIds.Count;
    }

    /// <summary>The pipelines it watches; no two alike. Changed under the broadcaster's lock.</summary>
    public IReadOnlyList<string> PipelineIds => _pipelines.PipelineIds;

    /// <summary>How many pipelines it watches.</summary>
    public int Count => _pipelines.Count;

    /// <summary>Every pipeline with its slot; for the broadcaster, under its lock.</summary>
    internal IEnumerable<(string PipelineId, int Slot)> Slots => _pipelines.All();

    /// <summary>Where it sits in each pipeline's audience, by slot; kept by <see cref="SubscriberIndex"/>.</summary>
    internal int[] Seats { get; private set; }

    /// <summary>Raised when there may be something to take.</summary>
    public AsyncSignal Signal { get; } = new();

    /// <summary>How many statuses were replaced by newer ones before they were taken.</summary>
    public long Conflated { get; private set; }

    /// <summary>How many events wait to be taken, those superseded meanwhile included: at most two for each pipeline.</summary>
    internal int Pending
    {
        get
        {
            lock (_gate) return _queue.Count - _queueHead;
        }
    }

    /// <summary>True when the first batch need not wait any longer: every pipeline has been read, well or not, or a read would have been over.</summary>
    public bool IsFirstBatchDue
    {
        get
        {
            lock (_gate) return _unread == 0 || _isWaitedLongEnough;
        }
    }

    /// <summary>
    /// The first batch: every status known by now. From here on <see cref="TryTake"/> tells what differs from it;
    /// episodes of errors follow at once.
    /// </summary>
    public StreamEvent Begin()
    {
        lock (_gate)
        {
            _begun = true;
            var records = new List<PipelineRecord>(_slots.Length);
            for (var i = 0; i < _slots.Length; i++)
            {
                ref var slot = ref _slots[i];
                if (slot.Latest is not { } latest) continue;
                EndKeepingBack(ref slot);
                if (latest.HasPublicStatus)
                {
                    records.Add(latest);
                    slot.SentStatus = latest.Status;
                    NoteInBatch(i, latest);
                }

                if (latest.Condition != PipelineCondition.Ok) Enqueue(i, latest);
            }

            return MakeBatch(records, _resume);
        }
    }

    /// <summary>Takes the next event, if there is one; nothing before <see cref="Begin()"/>.</summary>
    public bool TryTake(out StreamEvent streamEvent)
    {
        lock (_gate)
        {
            while (_queueHead < _queue.Count)
            {
                var (index, record) = _queue[_queueHead];
                if (TryMakeEvent(index, record, out streamEvent)) return true;
                Advance();
            }

            if (_begun && (TryTakeStall(out streamEvent) || TryAcknowledge(out streamEvent))) return true;
            if (_unconfirmed > 0 && Confirm() is { Count: > 0 } records)
            {
                _isStallSent = false; // a batch takes doubts back: those that remain are told again
                streamEvent = MakeBatch(records);
                return true;
            }

            return TryTakeLease(out streamEvent);
        }
    }

    /// <summary>The first batch waits no longer for pipelines that have not been read.</summary>
    internal void EndWaiting()
    {
        lock (_gate) _isWaitedLongEnough = true;
        Signal.Set();
    }

    /// <summary>Joins the fan-out of one of its first pipelines with what is known now. Called by the broadcaster within one act with the snapshot.</summary>
    internal void Join(int slot, PipelineRecord? known, StatusVersion version)
    {
        lock (_gate)
        {
            JoinAt(version);
            if (known is null) return;
            if (known.Condition == PipelineCondition.NotFound) StopWaiting(ref _slots[slot]); // nobody reads it for this client
            _slots[slot].Latest = known;
            _unread--;
        }
    }

    /// <summary>Takes a newer record of a pipeline.</summary>
    /// <param name="slot">Which of its pipelines.</param>
    /// <param name="record">The record.</param>
    /// <param name="isCatchingUp">True when statuses before it may have been missed: a batch then confirms it.</param>
    /// <param name="isRead">True when it was read after what this subscriber's client may have seen elsewhere.</param>
    /// <returns>True when the stream must be woken to take it; false when it is going to look anyway, or cannot take it yet.</returns>
    internal bool Offer(int slot, PipelineRecord record, bool isCatchingUp = false, bool isRead = true)
    {
        lock (_gate)
        {
            ref var mine = ref _slots[slot];
            if (mine.AwaitsRead && !(record.Version.Epoch == _seen.Epoch ? record.Version.Sequence >= _seen.Sequence : isRead)) return false;
            if (mine.AwaitsRead && record.Condition.IsUnavailable()) record = record.WithoutStatus(); // it is older than what the client has seen
            if (mine.KeptBack == KeptBack.Yes) mine.KeptBack = KeptBack.Released;
            mine.AwaitsRead = false;
            if (mine.Latest is null && !mine.IsJoining) _unread--;
            if (mine.IsPending) Conflated++;
            mine.Latest = record;
            _version = record.Version;
            if (mine.IsJoining) return NoteRead(slot);
            if (!_begun) return _unread == 0;
            var isResting = _queueHead == _queue.Count;
            Enqueue(slot, record);
            if (isCatchingUp) MarkUnconfirmed(ref mine);
            return isResting;
        }
    }

    /// <summary>Takes a record, if it has waited for its read.</summary>
    /// <returns>True when the stream must be woken to take it.</returns>
    internal bool OfferAwaited(int slot, PipelineRecord record, bool isRead)
    {
        lock (_gate) return _slots[slot].AwaitsRead && Offer(slot, record, isRead: isRead);
    }

    /// <summary>Takes the word that a pipeline is not read, unless something is known of it.</summary>
    /// <returns>True when the stream must be woken to take it.</returns>
    internal bool OfferRefusal(int slot, PipelineRecord refusal)
    {
        lock (_gate) return _slots[slot] is { Latest: null, AwaitsRead: false } && Offer(slot, refusal);
    }

    /// <summary>True while it waits for the next read of a pipeline.</summary>
    internal bool AwaitsRead(int slot)
    {
        lock (_gate) return _slots[slot].AwaitsRead;
    }

    private void Enqueue(int slot, PipelineRecord record)
    {
        _slots[slot].IsPending = true;
        _queue.Add((slot, record));
        if (_queue.Count - _queueHead <= 2 * _slots.Length) return;

        // A reader this far behind: throw out what newer records have superseded, so that the queue stays bounded.
        var kept = 0;
        for (var i = _queueHead; i < _queue.Count; i++)
        {
            var queued = _queue[i];
            if (ReferenceEquals(_slots[queued.Slot].Latest, queued.Record)) _queue[kept++] = queued;
        }

        _queue.RemoveRange(kept, _queue.Count - kept);
        _queueHead = 0;
    }

    /// <summary>True when what another hub has told at once, and so with one version, is not told yet: one batch tells all of it here, too.</summary>
    private bool IsVersionShared(PipelineRecord record) =>
        _queueHead + 1 < _queue.Count && _queue[_queueHead + 1].Record.Version == record.Version;

    private StreamEvent MakeBatchOf(StatusVersion version)
    {
        var records = new List<PipelineRecord>();
        for (var i = _queueHead; i < _queue.Count && _queue[i].Record.Version == version; i++)
        {
            var (index, record) = _queue[i];
            ref var slot = ref _slots[index];
            if (slot.IsJoining || !ReferenceEquals(slot.Latest, record) || !record.HasPublicStatus) continue;
            EndKeepingBack(ref slot);
            var hasNewFields = TakeFields(index, record) != FieldsPart.None;
            if (record.Status == slot.SentStatus && !hasNewFields) continue;
            records.Add(record);
            NoteTold(ref slot, record);
            NoteInBatch(index, record);
        }

        return records.Count > 0 ? MakeBatch(records, version) : default;
    }

    private void NoteTold(ref ConflatedStatus slot, PipelineRecord record)
    {
        slot.IsPending = false;
        slot.SentStatus = record.Status;

        // Told by the status already: the next failure is another episode, and one that is still on is told anew.
        if (!EndEpisode(ref slot, record)) slot.SentCondition = PipelineCondition.Ok;
    }

    private void Advance()
    {
        if (++_queueHead < _queue.Count) return;
        _queue.Clear();
        _queueHead = 0;
    }

    /// <summary>The next event of a record: its status and fields first, then its condition. False when it has nothing (more) to tell.</summary>
    private bool TryMakeEvent(int index, PipelineRecord record, out StreamEvent streamEvent)
    {
        streamEvent = default;
        ref var slot = ref _slots[index];
        if (slot.IsJoining || !ReferenceEquals(slot.Latest, record)) return false; // superseded: the newer one is further on in the queue
        slot.IsPending = false;
        EndKeepingBack(ref slot);
        if (IsVersionShared(record))
        {
            streamEvent = MakeBatchOf(record.Version);
            if (streamEvent.Records is not null) return true;
        }

        var fields = record.HasPublicStatus ? TakeFields(index, record) : FieldsPart.None;
        if (record.HasPublicStatus && record.Status != slot.SentStatus)
        {
            streamEvent = IsTrue(record.Version)
                ? new StreamEvent(StreamEventKind.Update, Say(record.Version, tells: true), record, slot.SentStatus, Fields: fields)
                : MakeBatch([record], record.Version);
            NoteTold(ref slot, record);
            return true;
        }

        if (fields != FieldsPart.None)
        {
            streamEvent = IsTrue(record.Version)
                ? new StreamEvent(StreamEventKind.FieldsUpdate, Say(record.Version, tells: true), record, Fields: fields)
                : MakeBatch([record], record.Version);
            return true;
        }

        if (record.Condition.IsSameEpisodeAs(slot.SentCondition)) return false;
        if (EndEpisode(ref slot, record)) return false;
        slot.SentCondition = record.Condition;
        streamEvent = new StreamEvent(StreamEventKind.Error, record.Version, record);
        return true;
    }
}
