using PipelineAspire.Benchmarks.CommandLine;
using PipelineAspire.Benchmarks.Load;
using PipelineAspire.Benchmarks.Measuring;
using PipelineAspire.Benchmarks.Reporting;
using PipelineAspire.Benchmarks.Servers;

namespace PipelineAspire.Benchmarks.Scenarios;

/// <summary><c>storm</c>: every stream is lost at once, and every client is back at once.</summary>
internal static class Storm
{
    private const int InFlight = 256;
    private const int Backlog = 512; // what a server lets wait to be accepted; beyond it the kernel makes clients wait a second
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Result>> RunAsync(BenchmarkOptions options, Progress progress, CancellationToken cancellationToken)
    {
        var clients = options.Clients ?? 2000;
        var pipelines = options.Pipelines ?? 10;
        var results = new List<Result>();
        foreach (var via in Ways.Of(options))
        {
            var label = $"storm {clients} {Ways.Name(options, via)}";
            progress.Say($"{label}: starting");
            await using var stand = await Stand.StartAsync(options, via, pipelines, options.Replicas ?? 1, cancellationToken);
            var plan = new FleetPlan(stand.Servers, clients, pipelines) { TokenOf = stand.TokenOf };
            using (var warm = new Fleet(plan))
            {
                await warm.OpenAsync(InFlight, Longest, resume: null, cancellationToken);
                using var driver = new ChangeDriver(stand.Backend, stand.Notified, warm);
                await driver.RunAsync(options.WarmUp ?? 50, rate: 0, window: 2, cancellationToken);
            }

            var lost = new Fleet(plan);
            await lost.OpenAsync(InFlight, Longest, resume: null, cancellationToken);
            await Task.Delay(options.Rest, TimeProvider.System, cancellationToken);
            for (var round = 1; round <= options.Rounds; round++)
            {
                progress.Say($"{label}: round {round} of {options.Rounds}");
                var back = new Fleet(plan);
                results.Add(await MeasureAsync(label, options.Interval, stand, lost, back, cancellationToken));
                lost = back;
                await Task.Delay(options.Rest, TimeProvider.System, cancellationToken);
            }

            lost.Dispose();
        }

        return results;
    }

    private static async Task<Result> MeasureAsync(string label, TimeSpan interval, Stand stand, Fleet lost, Fleet back, CancellationToken cancellationToken)
    {
        var seen = lost.Clients.Select(client => client.LastEventId).ToList();
        var readsBefore = stand.Backend.ReadsByPipeline;
        var cpu = stand.Processes.Cpu();
        var begun = TimeProvider.System.GetTimestamp();
        lost.Dispose();
        await back.OpenAsync(Backlog, Longest, seen, cancellationToken);
        var took = TimeProvider.System.GetElapsedTime(begun);
        cpu = stand.Processes.Cpu() - cpu;
        var reads = stand.Backend.ReadsByPipeline.Zip(readsBefore, (after, before) => after - before).ToList();

        var snapshots = new Histogram();
        foreach (var client in back.Clients) snapshots.Add(TimeProvider.System.GetElapsedTime(begun, client.SnapshotAt).TotalMilliseconds);

        // What the loop reads anyway: at most one more than whole intervals fit into the time, for each pipeline.
        var due = (long)(took / interval) + 1;
        var figures = new List<Figure>
        {
            new("clients", back.Clients.Count),
            new("snapshot_p50_ms", snapshots.Percentile(0.5)),
            new(FigureNames.SnapshotP99, snapshots.Percentile(0.99)),
            new("snapshot_max_ms", snapshots.Percentile(1)),
            new("backend_reads", reads.Sum()),
            new("extra_backend_reads", reads.Sum(count => Math.Max(0, count - due))),
        };
        if (stand.Processes.IsKnown) figures.Add(new("cpu_us_per_reconnect", cpu.TotalMicroseconds / back.Clients.Count));
        return new Result(label, figures, back.Check(_ => 0));
    }
}
