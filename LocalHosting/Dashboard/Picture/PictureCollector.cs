using Aspire.Hosting.ApplicationModel;
using PipelineAspire.LocalHosting.Dashboard.Views;
using PipelineAspire.LocalHosting.Running;

namespace PipelineAspire.LocalHosting.Dashboard.Picture;

/// <summary>
/// Draws the picture of the system once a second, while somebody looks at it: a dashboard that nobody looks at watches
/// nothing and costs the backend no read.
/// </summary>
internal sealed class PictureCollector(ReplicaSet replicas, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly ControlProbe _probe = new();
    private readonly Lock _gate = new();
    private CancellationTokenSource? _watching;
    private int _viewers;

    /// <summary>As last drawn.</summary>
    public PictureView Current { get; private set; } = PictureView.Empty;

    /// <summary>Somebody looks until the result is disposed.</summary>
    public IDisposable Watch()
    {
        lock (_gate)
        {
            if (_viewers++ == 0)
            {
                _watching = new CancellationTokenSource();
                _ = RunAsync(_watching.Token);
            }

            return new Viewer(this);
        }
    }

    /// <summary>Asks the replicas once, for a first look.</summary>
    public async Task GlanceAsync(CancellationToken cancellationToken)
    {
        if (_viewers > 0) return;
        var reports = await _probe.AskAsync<ReplicaReport>(replicas.All, ControlProbe.ReplicaPath, cancellationToken);
        Current = PictureView.Empty with { Replicas = Describe(reports) };
    }

    public void Dispose()
    {
        _watching?.Cancel();
        _probe.Dispose();
    }

    /// <summary>Those that answer and, silent, their sisters that do not.</summary>
    private List<ReplicaPicture> Describe(IReadOnlyList<(Replica Replica, ReplicaReport Report)> reports)
    {
        var answers = reports.ToDictionary(pair => pair.Replica, pair => pair.Report);
        var asked = answers.Keys.Select(replica => replica.Plan.Resource).Distinct().SelectMany(resource => replicas.Of[resource]);
        return [.. asked.Select(replica => answers.TryGetValue(replica, out var report)
            ? new ReplicaPicture(replica.Plan.Name, report.Polling, report.Sharing, report.Streams)
            : new ReplicaPicture(replica.Plan.Name, Polling: false, ReplicaPicture.Silent, Streams: 0))];
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_viewers > 0) return;
            _watching?.Cancel();
            _watching?.Dispose();
            _watching = null;
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var web = replicas.All.FirstOrDefault(replica => replica.Plan.Resource.Annotations.OfType<ExternalEndpointsAnnotation>().Any());
        using var subscriber = web is null ? null : new StreamSubscriber(new Uri(web.Plan.Address), _probe, clock);
        var subscription = subscriber?.RunAsync(cancellationToken) ?? Task.CompletedTask;
        try
        {
            await DrawAsync(subscriber, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Nobody looks any more.
        }

        await subscription.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task DrawAsync(StreamSubscriber? subscriber, CancellationToken cancellationToken)
    {
        var (reads, changes, latency, counted) = (new RateMeter(clock), new RateMeter(clock), new LatencyMeter(clock), new Counted());
        using var ticks = new PeriodicTimer(Every, clock);
        do
        {
            var reporting = _probe.AskAsync<ReplicaReport>(replicas.All, ControlProbe.ReplicaPath, cancellationToken);
            var backends = await _probe.AskAsync<BackendReport>(replicas.All, ControlProbe.BackendPath, cancellationToken);
            var reports = await reporting;
            if (backends.Count > 0) reads.Add(backends.Sum(pair => counted.Growth(pair.Replica.Plan.Name, pair.Report.Total)));
            if (reports.Count > 0) changes.Add(reports.Max(pair => counted.Growth(pair.Replica.Plan.Name, pair.Report.Changes)));
            if (subscriber is not null) await MeasureAsync(subscriber, latency, backends, cancellationToken);
            Current = new PictureView(
                Describe(reports),
                reads.PerSecond,
                changes.PerSecond,
                reads.History,
                changes.History,
                latency.Look(),
                subscriber?.Pipelines() ?? [],
                subscriber?.Connection ?? "not to be had: no resource has external endpoints");
        }
        while (await ticks.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Looks up at the backend when the changes that were told happened there.</summary>
    private async Task MeasureAsync(
        StreamSubscriber subscriber, LatencyMeter latency, IReadOnlyList<(Replica Replica, BackendReport Report)> backends, CancellationToken cancellationToken)
    {
        var arrived = new List<Arrival>();
        while (subscriber.Arrivals.TryRead(out var arrival)) arrived.Add(arrival);
        if (arrived.Count == 0 || backends.Count == 0) return;

        var pipelines = await _probe.PipelinesAsync(new Uri(new Uri(backends[0].Replica.Plan.Address), "/pipeline"), cancellationToken);
        var changedAt = pipelines.ToDictionary(pipeline => pipeline.PipelineId, pipeline => pipeline.UpdatedAt, StringComparer.Ordinal);
        foreach (var arrival in arrived.Where(arrival => changedAt.ContainsKey(arrival.PipelineId))) latency.Add(arrival, changedAt[arrival.PipelineId]);
    }

    private sealed class Viewer(PictureCollector collector) : IDisposable
    {
        private PictureCollector? _collector = collector;

        public void Dispose() => Interlocked.Exchange(ref _collector, null)?.Leave();
    }
}
