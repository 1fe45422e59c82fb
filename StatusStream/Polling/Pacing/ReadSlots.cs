namespace PipelineAspire.StatusStream.Polling.Pacing;

/// <summary>One request under way, for one pipeline or many.</summary>
internal sealed class ReadSlot(TimeSpan started)
{
    public TimeSpan Started { get; } = started;

    /// <summary>How many of its pipelines are still to be answered for.</summary>
    public int Members { get; set; }
}

/// <summary>How many requests may be under way at once; one older than an interval holds no slot, so that hanging ones do not hold up the rest.</summary>
internal sealed class ReadSlots(int most, TimeSpan interval)
{
    private readonly Queue<ReadSlot> _oldestFirst = new();
    private readonly HashSet<ReadSlot> _held = [];

    public bool IsFree => _held.Count < most;

    public ReadSlot Take(TimeSpan now)
    {
        var slot = new ReadSlot(now);
        _oldestFirst.Enqueue(slot);
        _held.Add(slot);
        return slot;
    }

    /// <summary>A pipeline of the slot has been answered for.</summary>
    public void Release(ReadSlot slot)
    {
        if (slot.Members == 0) _held.Remove(slot);
    }

    public void FreeOld(TimeSpan now)
    {
        while (_oldestFirst.TryPeek(out var oldest) && (!_held.Contains(oldest) || oldest.Started + interval <= now))
        {
            _oldestFirst.Dequeue();
            _held.Remove(oldest);
        }
    }

    /// <summary>When a slot is free at the latest.</summary>
    public TimeSpan FreeAt(TimeSpan now) => IsFree ? now : _oldestFirst.Peek().Started + interval;
}
