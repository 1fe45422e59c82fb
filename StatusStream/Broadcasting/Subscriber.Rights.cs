using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>What the client may not see, it is told of as of what does not exist, and has no seat in its audience.</summary>
internal sealed partial class Subscriber
{
    private const int NoSeat = -1;

    /// <summary>True when it hears of the pipeline in this slot; for the broadcaster, under its lock.</summary>
    internal bool IsSeated(int slot) => Seats[slot] != NoSeat;

    /// <summary>It does not hear of the pipeline in this slot.</summary>
    internal void LeaveSeat(int slot) => Seats[slot] = NoSeat;

    /// <summary>The client may not see a pipeline any more.</summary>
    /// <param name="slot">Which of its pipelines.</param>
    /// <param name="notFound">What it is told in its place.</param>
    internal void Hide(int slot, PipelineRecord notFound)
    {
        lock (_gate)
        {
            LeaveSeat(slot);
            StopWaiting(ref _slots[slot]);
            Offer(slot, notFound);
        }
    }

    /// <summary>Nothing newer than what is known is waited for.</summary>
    private void StopWaiting(ref ConflatedStatus slot)
    {
        if (slot.KeptBack != KeptBack.No) _keptBack--;
        (slot.AwaitsRead, slot.KeptBack) = (false, KeptBack.No);
    }
}
