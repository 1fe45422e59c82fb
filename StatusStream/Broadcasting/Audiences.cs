using System.Runtime.InteropServices;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>Who watches which pipeline. Joining, leaving and offering cost nothing per stranger. Not thread-safe.</summary>
internal sealed class Audiences
{
    private readonly Dictionary<string, List<Seat>> _seats = new(StringComparer.Ordinal);
    private readonly WakeRounds _rounds = new();
    private WakeRound? _round;

    public void Join(Subscriber subscriber)
    {
        subscriber.Seats = new int[subscriber.PipelineIds.Count];
        for (var slot = 0; slot < subscriber.PipelineIds.Count; slot++)
        {
            ref var seats = ref CollectionsMarshal.GetValueRefOrAddDefault(_seats, subscriber.PipelineIds[slot], out _);
            seats ??= [];
            subscriber.Seats[slot] = seats.Count;
            seats.Add(new Seat(subscriber, slot));
        }
    }

    public void Leave(Subscriber subscriber)
    {
        for (var slot = 0; slot < subscriber.PipelineIds.Count; slot++)
        {
            var pipelineId = subscriber.PipelineIds[slot];
            if (!_seats.TryGetValue(pipelineId, out var seats)) continue;

            // The last one takes the seat that becomes free.
            var free = subscriber.Seats[slot];
            var last = seats[^1];
            seats[free] = last;
            last.Subscriber.Seats[last.Slot] = free;
            seats.RemoveAt(seats.Count - 1);
            if (seats.Count == 0) _seats.Remove(pipelineId);
        }
    }

    /// <summary>Offers a record to its audience; those who must be woken are gathered.</summary>
    public void Offer(PipelineRecord record, bool isCatchingUp = false)
    {
        if (!_seats.TryGetValue(record.PipelineId, out var seats)) return;
        foreach (var seat in CollectionsMarshal.AsSpan(seats))
        {
            if (seat.Subscriber.Offer(seat.Slot, record, isCatchingUp)) (_round ??= _rounds.Take()).Add(seat.Subscriber);
        }
    }

    /// <summary>Offers a record that was read to those alone who wait for that.</summary>
    public void OfferAwaited(PipelineRecord record)
    {
        if (!_seats.TryGetValue(record.PipelineId, out var seats)) return;
        foreach (var seat in CollectionsMarshal.AsSpan(seats))
        {
            if (seat.Subscriber.OfferAwaited(seat.Slot, record)) (_round ??= _rounds.Take()).Add(seat.Subscriber);
        }
    }

    /// <summary>The pipelines that have an audience.</summary>
    public IReadOnlyCollection<string> PipelineIds => _seats.Keys;

    /// <summary>Tells a pipeline's audience that it cannot be confirmed, or can be again.</summary>
    public void SetStale(string pipelineId, bool isStale)
    {
        if (!_seats.TryGetValue(pipelineId, out var seats)) return;
        foreach (var seat in CollectionsMarshal.AsSpan(seats))
        {
            if (seat.Subscriber.SetStale(isStale)) (_round ??= _rounds.Take()).Add(seat.Subscriber);
        }
    }

    /// <summary>Those who must be woken since this was last asked, to be woken when no lock is held; null when there are none.</summary>
    public WakeRound? TakeRound()
    {
        var round = _round;
        _round = null;
        return round;
    }

    private readonly record struct Seat(Subscriber Subscriber, int Slot);
}
