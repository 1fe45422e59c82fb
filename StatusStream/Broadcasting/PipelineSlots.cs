namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>
/// Which pipelines one subscriber watches, each in a slot that stays its own while others come and go. A subscriber that never changes
/// what it watches keeps nothing but the list it came with. Changed under the broadcaster's lock.
/// </summary>
/// <param name="pipelineIds">The pipelines at first, in slots 0, 1, …; no two alike.</param>
internal sealed class PipelineSlots(IReadOnlyList<string> pipelineIds)
{
    private Dictionary<string, int>? _slots;
    private Stack<int>? _free;
    private int _count = pipelineIds.Count;
    private int _capacity = pipelineIds.Count;

    /// <summary>How many pipelines are watched.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How many slots there are, free ones included.</summary>
    public int Capacity => _capacity;

    /// <summary>The pipelines; the caller holds the broadcaster's lock, or nothing is changed.</summary>
    public IReadOnlyList<string> PipelineIds => _slots is null ? pipelineIds : [.. _slots.Keys];

    /// <summary>Every pipeline with its slot.</summary>
    public IEnumerable<(string PipelineId, int Slot)> All() => _slots is null
        ? pipelineIds.Select(static (id, slot) => (id, slot))
        : _slots.Select(static pair => (pair.Key, pair.Value));

    /// <summary>Finds a pipeline's slot.</summary>
    public bool TryFind(string pipelineId, out int slot) => Slots().TryGetValue(pipelineId, out slot);

    /// <summary>Gives a pipeline that has none a slot.</summary>
    public int Add(string pipelineId)
    {
        var slot = _free is { Count: > 0 } free ? free.Pop() : _capacity++;
        Slots().Add(pipelineId, slot);
        Volatile.Write(ref _count, _count + 1);
        return slot;
    }

    /// <summary>Frees a pipeline's slot.</summary>
    /// <returns>The slot, or null when the pipeline had none.</returns>
    public int? Remove(string pipelineId)
    {
        if (!Slots().Remove(pipelineId, out var slot)) return null;
        (_free ??= []).Push(slot);
        Volatile.Write(ref _count, _count - 1);
        return slot;
    }

    private Dictionary<string, int> Slots()
    {
        if (_slots is not null) return _slots;
        var slots = new Dictionary<string, int>(pipelineIds.Count, StringComparer.Ordinal);
        for (var slot = 0; slot < pipelineIds.Count; slot++) slots.Add(pipelineIds[slot], slot);
        return _slots = slots;
    }
}
