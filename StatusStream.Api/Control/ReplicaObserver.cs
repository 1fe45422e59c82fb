using System.Globalization;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Streaming;

namespace PipelineAspire.StatusStream.Control;

/// <summary>Sums up what this replica is doing.</summary>
internal sealed class ReplicaObserver(
    IOptions<PollingOptions> polling,
    IPollLease lease,
    WatchList watchList,
    StreamRegistry streams,
    StatusBroadcaster broadcaster,
    PollCadence cadence,
    StatusStreamMetrics metrics,
    TimeProvider timeProvider)
{
    private readonly long _started = timeProvider.GetTimestamp();

    public ReplicaState State()
    {
        var version = broadcaster.Version;
        return new ReplicaState(
            polling.Value.InstanceName,
            metrics.IsPolling,
            Sharing(),
            version?.Epoch.ToString("x16", CultureInfo.InvariantCulture),
            version?.Sequence ?? 0,
            streams.Count,
            watchList.Current().Count,
            metrics.ReadsBegun,
            (long)timeProvider.GetElapsedTime(_started).TotalMilliseconds,
            (long)cadence.Interval.TotalMilliseconds);
    }

    private string Sharing()
    {
        if (lease is UncontendedLease) return "alone";
        return metrics.IsIsolated ? "isolated" : "shared";
    }
}
