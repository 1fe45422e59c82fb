using PipelineAspire.Benchmarks.CommandLine;
using PipelineAspire.Benchmarks.Load;
using PipelineAspire.Benchmarks.Reporting;
using PipelineAspire.Benchmarks.Servers;

namespace PipelineAspire.Benchmarks.Scenarios;

/// <summary>What a delivery costs: <c>fan-out</c>, where every change goes to every stream, and <c>spread</c>, where each goes to some.</summary>
internal static class Deliveries
{
    private const int InFlight = 256;
    private static readonly TimeSpan LongestOpening = TimeSpan.FromMinutes(2);

    public static Task<IReadOnlyList<Result>> FanOutAsync(BenchmarkOptions options, Progress progress, CancellationToken cancellationToken)
    {
        var rate = options.Rate ?? 10;
        return RunAsync(
            options,
            new Load(options.Clients ?? 1000, options.Pipelines ?? (rate is > 0 and <= 30 ? 10 : 100), options.Events ?? 60, rate, IsSpread: false),
            progress,
            cancellationToken);
    }

    public static Task<IReadOnlyList<Result>> SpreadAsync(BenchmarkOptions options, Progress progress, CancellationToken cancellationToken) =>
        RunAsync(
            options,
            new Load(options.Clients ?? 1000, options.Pipelines ?? 100, options.Events ?? 500, options.Rate ?? 50, IsSpread: true),
            progress,
            cancellationToken);

    private static async Task<IReadOnlyList<Result>> RunAsync(BenchmarkOptions options, Load load, Progress progress, CancellationToken cancellationToken)
    {
        var results = new List<Result>();
        foreach (var via in Ways.Of(options))
        {
            var pace = load.Rate > 0 ? $"{ResultTable.Number(load.Rate)}/s" : "fast";
            var label = $"{options.Scenario} {load.Clients} x {load.Pipelines} {pace} {Ways.Name(options, via)}";
            progress.Say($"{label}: starting");
            await using var stand = await Stand.StartAsync(options, via, load.Pipelines, options.Replicas ?? 1, cancellationToken);
            using var fleet = new Fleet(new FleetPlan(stand.Servers, load.Clients, load.Pipelines, load.IsSpread) { TokenOf = stand.TokenOf });
            await fleet.OpenAsync(InFlight, LongestOpening, resume: null, cancellationToken);
            using var driver = new ChangeDriver(stand.Backend, stand.Notified, fleet);

            var warmUp = options.WarmUp ?? 300;
            progress.Say($"{label}: {load.Clients} streams open, warming up with {warmUp} changes");
            await driver.RunAsync(warmUp, rate: 0, window: 2, cancellationToken);
            await Task.Delay(options.Rest, TimeProvider.System, cancellationToken);
            for (var round = 1; round <= options.Rounds; round++)
            {
                progress.Say($"{label}: round {round} of {options.Rounds}, {load.Events} changes");
                results.Add(await MeasureAsync(label, load, options.Window, stand, fleet, driver, cancellationToken));
            }
        }

        return results;
    }

    private static async Task<Result> MeasureAsync(
        string label, Load load, int window, Stand stand, Fleet fleet, ChangeDriver driver, CancellationToken cancellationToken)
    {
        var latency = new LatencyByTimestamp();
        fleet.Arrivals = latency;
        var servers = stand.Processes;
        var own = TimeSpan.Zero;
        var (arrived, begun, cpu) = (fleet.Deliveries, TimeProvider.System.GetTimestamp(), servers.Cpu());
        own -= Environment.CpuUsage.TotalTime;
        await driver.RunAsync(load.Events, load.Rate, window, cancellationToken);
        own += Environment.CpuUsage.TotalTime;
        cpu = servers.Cpu() - cpu;
        var took = TimeProvider.System.GetElapsedTime(begun);
        fleet.Arrivals = null;

        var deliveries = fleet.Deliveries - arrived;
        var figures = new List<Figure> { new("deliveries", deliveries), new(FigureNames.DeliveriesPerSecond, deliveries / took.TotalSeconds) };
        if (servers.IsKnown)
        {
            figures.Add(new(FigureNames.CpuPerDelivery, cpu.TotalMicroseconds / Math.Max(1, deliveries)));
            figures.Add(new("cpu_core_pct", 100 * (cpu / took)));
        }

        figures.Add(new("latency_p50_ms", latency.Latency.Percentile(0.5)));
        figures.Add(new(FigureNames.LatencyP99, latency.Latency.Percentile(0.99)));
        figures.Add(new("latency_max_ms", latency.Latency.Percentile(1)));
        figures.Add(new("client_cpu_us_per_delivery", own.TotalMicroseconds / Math.Max(1, deliveries)));
        return new Result(label, figures, fleet.Check(driver.ExpectedOf));
    }

    private sealed record Load(int Clients, int Pipelines, int Events, double Rate, bool IsSpread);
}
