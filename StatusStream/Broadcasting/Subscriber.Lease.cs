using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>A hub that passes its stream on is told how long what it was told counts as confirmed, in the place of stalls.</summary>
internal sealed partial class Subscriber
{
    private (FreshnessLease Lease, long Clock)? _lease;

    /// <summary>True when it passes on what it is told.</summary>
    public bool IsRelay { get; init; }

    /// <summary>Takes the lease as of a version, whose changes it has been offered.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="clock">When it was made, by <see cref="RelayClock"/>.</param>
    /// <param name="version">As of what.</param>
    /// <returns>True when the stream must be woken to take it.</returns>
    internal bool OfferLease(FreshnessLease lease, long clock, StatusVersion version)
    {
        lock (_gate)
        {
            _lease = (lease, clock);
            _version = version;
            return _begun && _queueHead == _queue.Count;
        }
    }

    private bool TryTakeLease(out StreamEvent streamEvent)
    {
        streamEvent = default;
        if (!_begun || _lease is not { } lease) return false;
        _lease = null;
        streamEvent = new StreamEvent(StreamEventKind.Lease, Say(_version, tells: false), Lease: lease.Lease, Clock: lease.Clock);
        return true;
    }
}
