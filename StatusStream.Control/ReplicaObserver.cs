using System.Globalization;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Streaming;

namespace PipelineAspire.StatusStream.Control;

/// <summary>Sums up what this replica is doing.</summary>
internal sealed class ReplicaObserver(
    IOptions<ReplicaOptions> replica,
    IPollLease lease,
    WatchList watchList,
    StreamRegistry streams,
    StatusBroadcaster broadcaster,
    PollCadence cadence,
    PollingState polling,
    TimeProvider timeProvider)
{
    /// <summary>How many slow pipelines are named.</summary>
    private const int MostSlow = 20;

    private readonly long _started = timeProvider.GetTimestamp();

    public ReplicaState State()
    {
        var version = broadcaster.Version;
        return new ReplicaState(
            replica.Value.InstanceName,
            polling.IsPolling,
            Sharing(),
            version?.Epoch.ToString("x16", CultureInfo.InvariantCulture),
            version?.Sequence ?? 0,
            streams.Count,
            watchList.Current().Count,
            polling.Reads,
            (long)timeProvider.GetElapsedTime(_started).TotalMilliseconds,
            (long)cadence.Interval.TotalMilliseconds,
            Pace());
    }

    private PaceState? Pace()
    {
        if (polling.Pace is not { } pace) return null;
        return new PaceState(
            pace.Pipelines,
            pace.Slow,
            pace.Absent,
            pace.Failing,
            pace.RequestsPerSecond,
            pace.PlainRequestsPerSecond,
            pace.Stretch,
            pace.IsBackendDown,
            polling.Requests,
            polling.Reads,
            [.. broadcaster.Slowest(MostSlow, pace.Stretch).Select(slow => new SlowPipeline(slow.PipelineId, (long)slow.Interval.TotalMilliseconds))]);
    }

    private string Sharing()
    {
        if (lease is UncontendedLease) return "alone";
        return polling.IsIsolated ? "isolated" : "shared";
    }
}
