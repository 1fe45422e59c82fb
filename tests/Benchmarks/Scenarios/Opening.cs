using PipelineAspire.Benchmarks.CommandLine;
using PipelineAspire.Benchmarks.Load;
using PipelineAspire.Benchmarks.Measuring;
using PipelineAspire.Benchmarks.Reporting;
using PipelineAspire.Benchmarks.Servers;

namespace PipelineAspire.Benchmarks.Scenarios;

/// <summary><c>opening</c>: streams are opened at a rate, whatever becomes of those before them.</summary>
internal static class Opening
{
    private const double WarmUpShare = 0.5;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Result>> RunAsync(BenchmarkOptions options, Progress progress, CancellationToken cancellationToken)
    {
        var clients = options.Clients ?? 5000;
        var rate = options.Rate is > 0 and var asked ? asked : 1000;
        var results = new List<Result>();
        foreach (var via in Ways.Of(options))
        {
            var label = $"opening {clients} at {ResultTable.Number(rate)}/s {Ways.Name(options, via)}";
            progress.Say($"{label}: starting");
            var pipelines = options.Pipelines ?? 10;
            await using var stand = await Stand.StartAsync(options, via, pipelines, options.Replicas ?? 1, cancellationToken);
            var plan = new FleetPlan(stand.Servers, clients, pipelines) { TokenOf = stand.TokenOf };
            for (var client = 0; client < clients; client++) _ = plan.RequestOf(client, lastEventId: null); // tokens are made once
            using (var warm = new Fleet(plan)) await warm.OpenAsync(rate * WarmUpShare, Longest, cancellationToken);
            for (var round = 1; round <= options.Rounds; round++)
            {
                await Task.Delay(options.Rest, TimeProvider.System, cancellationToken);
                progress.Say($"{label}: round {round} of {options.Rounds}");
                using var fleet = new Fleet(plan);
                results.Add(await MeasureAsync(label, rate, stand, fleet, cancellationToken));
            }
        }

        return results;
    }

    private static async Task<Result> MeasureAsync(string label, double rate, Stand stand, Fleet fleet, CancellationToken cancellationToken)
    {
        var own = Environment.CpuUsage.TotalTime;
        var (begun, cpu) = (TimeProvider.System.GetTimestamp(), stand.Processes.Cpu());
        var due = await fleet.OpenAsync(rate, Longest, cancellationToken);
        cpu = stand.Processes.Cpu() - cpu;
        own = Environment.CpuUsage.TotalTime - own;

        var (waited, late) = (new Histogram(), new Histogram());
        foreach (var client in fleet.Clients)
        {
            waited.Add(TimeProvider.System.GetElapsedTime(due[client.Index], client.SnapshotAt).TotalMilliseconds);
            late.Add(TimeProvider.System.GetElapsedTime(due[client.Index], client.BegunAt).TotalMilliseconds);
        }

        var last = fleet.Clients.Max(client => client.SnapshotAt);
        var figures = new List<Figure>
        {
            new("clients", fleet.Clients.Count),
            new("opened_per_s", fleet.Clients.Count / TimeProvider.System.GetElapsedTime(begun, last).TotalSeconds),
            new("first_batch_p50_ms", waited.Percentile(0.5)),
            new("first_batch_p99_ms", waited.Percentile(0.99)),
            new("first_batch_max_ms", waited.Percentile(1)),
            new("begun_late_p99_ms", late.Percentile(0.99)),
        };
        if (stand.Processes.IsKnown) figures.Add(new("cpu_us_per_opening", cpu.TotalMicroseconds / fleet.Clients.Count));
        figures.Add(new("client_cpu_us_per_opening", own.TotalMicroseconds / fleet.Clients.Count));
        return new Result(label, figures, fleet.Check(_ => 0));
    }
}
