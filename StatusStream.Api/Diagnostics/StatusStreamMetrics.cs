using System.Diagnostics.Metrics;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Diagnostics;

/// <summary>What this replica does, as OpenTelemetry metrics of the meter <see cref="MeterName"/>.</summary>
public sealed class StatusStreamMetrics
{
    public const string MeterName = "PipelineAspire.StatusStream";

    private readonly Histogram<double> _reads;
    private readonly Counter<long> _abandoned;
    private readonly UpDownCounter<long> _streams;
    private readonly Counter<long> _conflated;
    private readonly Counter<long> _cutOff;
    private readonly Counter<long> _resyncs;
    private readonly Counter<long> _fencingRejections;
    private int _isLeaseHeld;
    private int _isIsolated;

    public StatusStreamMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _reads = meter.CreateHistogram<double>("statusstream.backend.read.duration", "s", "Reads of the backend, by outcome.");
        _abandoned = meter.CreateCounter<long>("statusstream.backend.reads_abandoned", "{read}", "Reads given up because polling moved elsewhere or stopped.");
        _streams = meter.CreateUpDownCounter<long>("statusstream.streams", "{stream}", "Open streams.");
        _conflated = meter.CreateCounter<long>("statusstream.conflated", "{status}", "Statuses that a slow client never saw because a newer one took their place.");
        _resyncs = meter.CreateCounter<long>("statusstream.backplane.resyncs", "{resync}", "Re-reads of all shared statuses.");
        _fencingRejections = meter.CreateCounter<long>("statusstream.lease.fencing_rejections", "{write}", "Late writes rejected because the lease was another's.");
        meter.CreateObservableGauge("statusstream.lease.held", () => Volatile.Read(ref _isLeaseHeld), "{lease}", "1 while polling is this replica's.");
        meter.CreateObservableGauge("statusstream.isolated", () => Volatile.Read(ref _isIsolated), "{replica}", "1 while this replica polls for its own clients alone.");
        _cutOff = meter.CreateCounter<long>("statusstream.streams_cut_off", "{stream}", "Streams ended because the client did not read.");
    }

    public void ReadFinished(PipelineCondition condition, TimeSpan duration) =>
        _reads.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", Outcome(condition)));

    public void Resynced() => _resyncs.Add(1);

    public void FencingRejected() => _fencingRejections.Add(1);

    public void LeaseHeld(bool isHeld) => Volatile.Write(ref _isLeaseHeld, isHeld ? 1 : 0);

    public void Isolated(bool isIsolated) => Volatile.Write(ref _isIsolated, isIsolated ? 1 : 0);

    public void ReadAbandoned() => _abandoned.Add(1);

    public void StreamOpened() => _streams.Add(1);

    public void StreamClosed() => _streams.Add(-1);

    public void StatusesConflated(long count)
    {
        if (count > 0) _conflated.Add(count);
    }

    public void StreamCutOff() => _cutOff.Add(1);

    private static string Outcome(PipelineCondition condition) => condition switch
    {
        PipelineCondition.Fine => "ok",
        PipelineCondition.NotFound => "not_found",
        PipelineCondition.NoAnswer => "timeout",
        _ => "error",
    };
}
