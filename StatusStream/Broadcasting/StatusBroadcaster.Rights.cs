using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>Who may see what: rights come and go while a stream is open. For who may not see a pipeline there is none.</summary>
internal sealed partial class StatusBroadcaster
{
    /// <summary>A subscriber may not see these of its pipelines any more: it is told that they are not found, and hears no more of them.</summary>
    public void Hide(Subscriber subscriber, IReadOnlyCollection<string> pipelineIds)
    {
        lock (_gate)
        {
            foreach (var pipelineId in pipelineIds)
            {
                if (!subscriber.TryFindSlot(pipelineId, out var slot) || !subscriber.IsSeated(slot)) continue;
                Unseat(subscriber, pipelineId, slot);
                subscriber.Hide(slot, Refusal(pipelineId, _cache.Version, PipelineCondition.NotFound));
            }
        }

        subscriber.Signal.Set();
    }

    /// <summary>A subscriber may see these of its pipelines again: it is told of them as of one that has been found.</summary>
    public void Show(Subscriber subscriber, IReadOnlyCollection<string> pipelineIds)
    {
        lock (_gate)
        {
            var now = Now;
            foreach (var pipelineId in pipelineIds)
            {
                if (!subscriber.TryFindSlot(pipelineId, out var slot) || subscriber.IsSeated(slot)) continue;
                Seat(subscriber, pipelineId, slot);

                // As of now: on a stream no id may be older than one before it.
                if (Join(pipelineId, mayHaveSeenNewer: false, refused: null, now) is { } known) subscriber.Offer(slot, known.At(_cache.Version));
            }
        }

        subscriber.Signal.Set();
    }

    /// <summary>True for what is refused since it may not be seen, and so is not found.</summary>
    private static bool IsHidden(PipelineCondition reason) => reason == PipelineCondition.NotFound;
}
