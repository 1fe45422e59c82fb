using PipelineAspire.Benchmarks.CommandLine;
using PipelineAspire.Benchmarks.Load;
using PipelineAspire.Benchmarks.Measuring;
using PipelineAspire.Benchmarks.Reporting;
using PipelineAspire.Benchmarks.Servers;

namespace PipelineAspire.Benchmarks.Scenarios;

/// <summary><c>latency</c>: where the time between a change of the backend and its arrival goes, by one machine's clock.</summary>
internal static class Latency
{
    private const int InFlight = 64;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    public static async Task<IReadOnlyList<Result>> RunAsync(BenchmarkOptions options, Progress progress, CancellationToken cancellationToken)
    {
        var clients = options.Clients ?? 100;
        var pipelines = options.Pipelines ?? 10;
        var replicas = options.Url is null ? options.Replicas ?? 2 : 1;
        var results = new List<Result>();
        foreach (var via in Ways.Of(options))
        {
            var label = $"latency {clients} x {pipelines}, {replicas} {(replicas == 1 ? "replica" : "replicas")} {Ways.Name(options, via)}";
            progress.Say($"{label}: starting");
            await using var stand = await Stand.StartAsync(options, via, pipelines, replicas, cancellationToken);
            await using var backplane = stand.Redis is { } redis ? await BackplaneListener.StartAsync(redis) : null;
            using var fleet = new Fleet(new FleetPlan(stand.Servers, clients, pipelines) { TokenOf = stand.TokenOf });
            await fleet.OpenAsync(InFlight, Longest, resume: null, cancellationToken);
            using var driver = new ChangeDriver(stand.Backend, stand.Notified, fleet);
            await driver.RunAsync(options.WarmUp ?? 300, rate: 0, window: 2, cancellationToken);
            await Task.Delay(options.Rest, TimeProvider.System, cancellationToken);
            for (var round = 1; round <= options.Rounds; round++)
            {
                progress.Say($"{label}: round {round} of {options.Rounds}");
                results.Add(await MeasureAsync(label, options, stand, backplane, fleet, driver, cancellationToken));
            }
        }

        return results;
    }

    private static async Task<Result> MeasureAsync(
        string label, BenchmarkOptions options, Stand stand, BackplaneListener? backplane,
        Fleet fleet, ChangeDriver driver, CancellationToken cancellationToken)
    {
        var stages = new LatencyStages();
        var arrivals = new LastArrivals(fleet.Clients.Count);
        var gap = TimeSpan.FromSeconds(1 / Math.Max(0.1, options.Rate ?? 5));
        fleet.Arrivals = arrivals;
        for (var i = options.Events ?? 100; i > 0; i--)
        {
            var begun = TimeProvider.System.GetTimestamp();
            var pipeline = stand.Backend[driver.Next];
            backplane?.Expect(driver.Next);
            await driver.RunAsync(1, rate: 0, window: 1, cancellationToken);
            if (fleet.Deliveries < driver.Expected) break; // the check says what is missing
            stages.Add(pipeline, backplane is null ? null : await backplane.HeardAsync(cancellationToken), arrivals);
            var rest = gap - TimeProvider.System.GetElapsedTime(begun);
            if (rest > TimeSpan.Zero) await Task.Delay(rest, TimeProvider.System, cancellationToken);
        }

        fleet.Arrivals = null;
        return new Result(label, stages.Figures(), fleet.Check(driver.ExpectedOf));
    }
}
