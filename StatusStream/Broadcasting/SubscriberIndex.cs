using System.Runtime.InteropServices;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>Who watches which pipeline. Joining, leaving and offering cost nothing per stranger. Not thread-safe.</summary>
internal sealed class SubscriberIndex
{
    private readonly Dictionary<string, List<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<Subscriber, int>> _withFields = new(StringComparer.Ordinal);
    private readonly WakeBatchPool _batches = new();
    private WakeBatch? _batch;

    /// <summary>A subscriber joins a pipeline's audience.</summary>
    public void Join(string pipelineId, Subscriber subscriber, int slot)
    {
        ref var entries = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, pipelineId, out _);
        entries ??= [];
        subscriber.Seats[slot] = entries.Count;
        entries.Add(new Entry(subscriber, slot));
        if (!subscriber.WantsFields) return;
        ref var slots = ref CollectionsMarshal.GetValueRefOrAddDefault(_withFields, pipelineId, out _);
        (slots ??= [])[subscriber] = slot;
    }

    /// <summary>A subscriber leaves a pipeline's audience.</summary>
    public void Leave(string pipelineId, Subscriber subscriber, int slot)
    {
        if (!_entries.TryGetValue(pipelineId, out var entries)) return;

        // The last one takes the entry that becomes free.
        var free = subscriber.Seats[slot];
        var last = entries[^1];
        entries[free] = last;
        last.Subscriber.Seats[last.Slot] = free;
        entries.RemoveAt(entries.Count - 1);
        if (entries.Count == 0) _entries.Remove(pipelineId);
        if (!subscriber.WantsFields || !_withFields.TryGetValue(pipelineId, out var slots)) return;
        slots.Remove(subscriber);
        if (slots.Count == 0) _withFields.Remove(pipelineId);
    }

    /// <summary>Offers a record to its audience; those who must be woken are gathered.</summary>
    public void Offer(PipelineRecord record, bool isCatchingUp = false, bool isRead = true)
    {
        if (!_entries.TryGetValue(record.PipelineId, out var entries)) return;
        foreach (var entry in CollectionsMarshal.AsSpan(entries))
        {
            if (entry.Subscriber.Offer(entry.Slot, record, isCatchingUp, isRead)) (_batch ??= _batches.Take()).Add(entry.Subscriber);
        }
    }

    /// <summary>Offers a record of which fields alone are new: those who get none are not even looked at.</summary>
    public void OfferFields(PipelineRecord record, bool isCatchingUp = false, bool isRead = true)
    {
        if (!_withFields.TryGetValue(record.PipelineId, out var slots)) return;
        foreach (var (subscriber, slot) in slots)
        {
            if (subscriber.Offer(slot, record, isCatchingUp, isRead)) (_batch ??= _batches.Take()).Add(subscriber);
        }
    }

    /// <summary>A newer record of a pipeline is kept back for now.</summary>
    public void KeepBack(string pipelineId)
    {
        if (!_entries.TryGetValue(pipelineId, out var entries)) return;
        foreach (var entry in CollectionsMarshal.AsSpan(entries)) entry.Subscriber.KeepBack(entry.Slot);
    }

    /// <summary>Offers a record to those alone who wait for its read.</summary>
    /// <returns>True when nobody waits any more.</returns>
    public bool OfferAwaited(PipelineRecord record, bool isRead)
    {
        if (!_entries.TryGetValue(record.PipelineId, out var entries)) return true;
        var isAnyWaiting = false;
        foreach (var entry in CollectionsMarshal.AsSpan(entries))
        {
            if (entry.Subscriber.OfferAwaited(entry.Slot, record, isRead)) (_batch ??= _batches.Take()).Add(entry.Subscriber);
            isAnyWaiting |= entry.Subscriber.AwaitsRead(entry.Slot);
        }

        return !isAnyWaiting;
    }

    /// <summary>Tells a pipeline's audience that it is not read, as far as nothing is known of it.</summary>
    public void OfferRefusal(PipelineRecord refusal)
    {
        if (!_entries.TryGetValue(refusal.PipelineId, out var entries)) return;
        foreach (var entry in CollectionsMarshal.AsSpan(entries))
        {
            if (entry.Subscriber.OfferRefusal(entry.Slot, refusal)) (_batch ??= _batches.Take()).Add(entry.Subscriber);
        }
    }

    /// <summary>True when the pipeline has an audience.</summary>
    public bool Contains(string pipelineId) => _entries.ContainsKey(pipelineId);

    /// <summary>The pipelines that have an audience.</summary>
    public IReadOnlyCollection<string> PipelineIds => _entries.Keys;

    /// <summary>Tells a pipeline's audience that it cannot be confirmed, or can be again.</summary>
    public void SetStale(string pipelineId, bool isStale)
    {
        if (!_entries.TryGetValue(pipelineId, out var entries)) return;
        foreach (var entry in CollectionsMarshal.AsSpan(entries))
        {
            if (entry.Subscriber.SetStale(isStale)) (_batch ??= _batches.Take()).Add(entry.Subscriber);
        }
    }

    /// <summary>Tells a pipeline's audience once more that it cannot be confirmed: it was told a status meanwhile.</summary>
    public void RepeatStall(string pipelineId)
    {
        if (!_entries.TryGetValue(pipelineId, out var entries)) return;
        foreach (var entry in CollectionsMarshal.AsSpan(entries))
        {
            if (entry.Subscriber.RepeatStall()) (_batch ??= _batches.Take()).Add(entry.Subscriber);
        }
    }

    /// <summary>A subscriber must be woken.</summary>
    public void Wake(Subscriber subscriber) => (_batch ??= _batches.Take()).Add(subscriber);

    /// <summary>Those who must be woken since this was last asked, to be woken when no lock is held; null when there are none.</summary>
    public WakeBatch? TakeBatch()
    {
        var batch = _batch;
        _batch = null;
        return batch;
    }

    private readonly record struct Entry(Subscriber Subscriber, int Slot);
}
