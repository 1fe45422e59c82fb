using System.Diagnostics.Metrics;
using System.Globalization;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Diagnostics;

/// <summary>What this replica does, as OpenTelemetry metrics of the meter <see cref="MeterName"/>.</summary>
internal sealed class StatusStreamMetrics
{
    public const string MeterName = "PipelineAspire.StatusStream";

    private readonly Histogram<double> _reads;
    private readonly Counter<long> _abandoned;
    private readonly UpDownCounter<long> _streams;
    private readonly Counter<long> _conflated;
    private readonly Counter<long> _cutOff;
    private readonly Counter<long> _resyncs;
    private readonly Counter<long> _fencingRejections;
    private readonly UpDownCounter<long> _subscriptions;
    private readonly Counter<long> _loopRestarts;
    private readonly Counter<long> _refusals;
    private Func<(ulong Epoch, bool IsIsolated)?> _term = () => null;
    private Func<TimeSpan?> _oldestReadAge = () => null;
    private Func<int> _stalePipelines = () => 0;
    private Func<int> _stalledLoops = () => 0;

    /// <summary>Where rooms add what they alone can observe.</summary>
    public Meter Meter { get; }

    public StatusStreamMetrics(IMeterFactory meters)
    {
        var meter = Meter = meters.Create(MeterName);
        _reads = meter.CreateHistogram<double>("statusstream.backend.read.duration", "s", "Reads of the backend, by outcome.");
        _abandoned = meter.CreateCounter<long>("statusstream.backend.reads_abandoned", "{read}", "Reads given up because polling moved elsewhere or stopped.");
        _streams = meter.CreateUpDownCounter<long>("statusstream.streams", "{stream}", "Open streams.");
        _conflated = meter.CreateCounter<long>(
            "statusstream.conflated", "{status}", "Statuses that a slow client never saw because a newer one took their place.");
        _resyncs = meter.CreateCounter<long>("statusstream.backplane.resyncs", "{resync}", "Re-reads of all shared statuses.");
        _fencingRejections = meter.CreateCounter<long>(
            "statusstream.lease.fencing_rejections", "{write}", "Late writes rejected because the lease was another's.");
        _subscriptions = meter.CreateUpDownCounter<long>("statusstream.subscriptions", "{pipeline}", "Pipelines watched by open streams, each stream counted.");
        meter.CreateObservableGauge("statusstream.lease.held", LeaseHeld, "{lease}", "1 while the shared poll loop is this replica's, with its epoch.");
        meter.CreateObservableGauge(
            "statusstream.isolated", () => _term() is { IsIsolated: true } ? 1 : 0, "{replica}", "1 while this replica polls for its own clients alone.");
        meter.CreateObservableGauge("statusstream.statuses.oldest_age", OldestAge, "s", "How long ago the pipeline that waited longest was read.");
        meter.CreateObservableGauge(
            "statusstream.stale_pipelines",
            () => _stalePipelines(),
            "{pipeline}",
            "Watched pipelines that no good read has confirmed for longer than the bound.");
        meter.CreateObservableGauge("statusstream.loops.stalled", () => _stalledLoops(), "{loop}", "Loops in the background that stand still.");
        _loopRestarts = meter.CreateCounter<long>("statusstream.loops.restarts", "{restart}", "Loops in the background that failed and were started again.");
        _cutOff = meter.CreateCounter<long>("statusstream.streams_cut_off", "{stream}", "Streams ended because the client did not read.");
        _refusals = meter.CreateCounter<long>("statusstream.refusals", "{request}", "Requests refused because they were more than a limit allows.");
    }

    public void RequestFinished(PipelineCondition condition, TimeSpan duration) =>
        _reads.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", Outcome(condition)));

    public void Resynced() => _resyncs.Add(1);

    public void FencingRejected() => _fencingRejections.Add(1);

    /// <summary>Says where to ask for the term in which this replica polls; null for none.</summary>
    public void ObservePolling(Func<(ulong Epoch, bool IsIsolated)?> term) => _term = term;

    /// <summary>Says where to ask for the age of the oldest status, and for the number of those in doubt.</summary>
    public void Observe(Func<TimeSpan?> oldestReadAge, Func<int> stalePipelines) => (_oldestReadAge, _stalePipelines) = (oldestReadAge, stalePipelines);

    /// <summary>Says where to ask for the number of loops that stand still.</summary>
    public void ObserveLoops(Func<int> stalled) => _stalledLoops = stalled;

    public void LoopRestarted(string name) => _loopRestarts.Add(1, new KeyValuePair<string, object?>("loop", name));

    public void ReadAbandoned() => _abandoned.Add(1);

    public void StreamOpened(int pipelines)
    {
        _streams.Add(1);
        _subscriptions.Add(pipelines);
    }

    public void StreamClosed(int pipelines)
    {
        _streams.Add(-1);
        _subscriptions.Add(-pipelines);
    }

    public void StreamChanged(int morePipelines) => _subscriptions.Add(morePipelines);

    public void StatusesConflated(long count)
    {
        if (count > 0) _conflated.Add(count);
    }

    public void StreamCutOff() => _cutOff.Add(1);

    public void Refused(string limit) => _refusals.Add(1, new KeyValuePair<string, object?>("limit", limit));

    private Measurement<int> LeaseHeld() => _term() is { IsIsolated: false } term
        ? new Measurement<int>(1, new KeyValuePair<string, object?>("epoch", term.Epoch.ToString("x16", CultureInfo.InvariantCulture)))
        : new Measurement<int>(0);

    private IEnumerable<Measurement<double>> OldestAge() => _oldestReadAge() is { } age ? [new Measurement<double>(age.TotalSeconds)] : [];

    private static string Outcome(PipelineCondition condition) => condition switch
    {
        PipelineCondition.Ok => "ok",
        PipelineCondition.NotFound => "not_found",
        PipelineCondition.Timeout => "timeout",
        _ => "error",
    };
}
