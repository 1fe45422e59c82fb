using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>What a stream was told comes into doubt, and a batch confirms it when it is out of it: after an episode of errors, or a stall.</summary>
internal sealed partial class Subscriber
{
    private int _unconfirmed;
    private int _stale;
    private bool _isStallSent;
    private bool _isStallOpen;

    /// <summary>One more of its pipelines cannot be confirmed, or one fewer.</summary>
    /// <returns>True when the stream must be woken to tell.</returns>
    internal bool SetStale(bool isStale)
    {
        lock (_gate)
        {
            _stale += isStale ? 1 : -1;
            if (isStale) _isStallSent = false; // told fresh since, it is in doubt like the others again
            return _begun && HasStallNews && _queueHead == _queue.Count;
        }
    }

    /// <summary>A pipeline that cannot be confirmed was told since the stall was.</summary>
    /// <returns>True when the stream must be woken to tell.</returns>
    internal bool RepeatStall()
    {
        lock (_gate)
        {
            _isStallSent = false;
            return _begun && HasStallNews && _queueHead == _queue.Count;
        }
    }

    /// <summary>A stall that is to be told, or one that was told and is over.</summary>
    private bool HasStallNews => !IsRelay && (_stale > 0 ? !_isStallSent : _isStallOpen);

    /// <summary>
    /// A stall is told when it begins, and again when more comes into doubt; at its end a batch confirms everything
    /// that is not in an episode of errors.
    /// </summary>
    private bool TryTakeStall(out StreamEvent streamEvent)
    {
        streamEvent = default;
        if (!HasStallNews) return false;
        _isStallSent = _isStallOpen = _stale > 0;
        streamEvent = _isStallOpen
            ? new StreamEvent(StreamEventKind.Stalled, _said)
            : MakeBatch(ConfirmAll());
        return true;
    }

    private List<PipelineRecord> ConfirmAll()
    {
        foreach (ref var slot in _slots.AsSpan())
        {
            if (slot.SentStatus is not null) MarkUnconfirmed(ref slot);
        }

        return Confirm();
    }

    /// <summary>After an episode a batch confirms the status, together with the others whose episode ended now.</summary>
    private bool EndEpisode(ref ConflatedStatus slot, PipelineRecord record)
    {
        if (record.Condition != PipelineCondition.Ok || slot.SentCondition == PipelineCondition.Ok) return false;
        slot.SentCondition = PipelineCondition.Ok;
        MarkUnconfirmed(ref slot);
        return true;
    }

    private void MarkUnconfirmed(ref ConflatedStatus slot)
    {
        if (slot.IsUnconfirmed) return;
        slot.IsUnconfirmed = true;
        _unconfirmed++;
    }

    private List<PipelineRecord> Confirm()
    {
        var records = new List<PipelineRecord>(_unconfirmed);
        for (var i = 0; i < _slots.Length; i++)
        {
            ref var slot = ref _slots[i];
            if (slot is { IsUnconfirmed: true, Latest: { Condition: PipelineCondition.Ok } latest })
            {
                records.Add(latest);
                NoteInBatch(i, latest);
            }

            slot.IsUnconfirmed = false;
        }

        _unconfirmed = 0;
        return records;
    }
}
