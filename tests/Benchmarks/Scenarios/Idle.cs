using PipelineAspire.Benchmarks.CommandLine;
using PipelineAspire.Benchmarks.Load;
using PipelineAspire.Benchmarks.Reporting;
using PipelineAspire.Benchmarks.Servers;

namespace PipelineAspire.Benchmarks.Scenarios;

/// <summary><c>idle</c>: what streams cost that get nothing but heartbeats.</summary>
internal static class Idle
{
    private const int InFlight = 256;
    private const int WarmUpClients = 100;
    private const int WarmUpEvents = 100;
    private static readonly TimeSpan LongestOpening = TimeSpan.FromMinutes(2);

    /// <summary>A server gives memory back some seconds after many streams were opened.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(8);

    public static async Task<IReadOnlyList<Result>> RunAsync(BenchmarkOptions options, Progress progress, CancellationToken cancellationToken)
    {
        var clients = options.Clients ?? 5000;
        var results = new List<Result>();
        foreach (var via in Ways.Of(options))
        {
            for (var round = 1; round <= options.Rounds; round++)
            {
                var label = $"idle {clients} {Ways.Name(options, via)}";
                progress.Say($"{label}: round {round} of {options.Rounds}");
                results.Add(await MeasureAsync(options, via, label, clients, progress, cancellationToken));
            }
        }

        return results;
    }

    /// <summary>Measures once. Every round has servers of its own: memory once taken is not given back for the next.</summary>
    public static async Task<Result> MeasureAsync(
        BenchmarkOptions options, Via via, string label, int clients, Progress progress, CancellationToken cancellationToken)
    {
        var pipelines = options.Pipelines ?? 10;
        await using var stand = await Stand.StartAsync(options, via, pipelines, options.Replicas ?? 1, cancellationToken);
        if (!stand.Processes.IsKnown) throw new BenchmarkException("idle needs --pid: it says what the server's processes use.");
        await WarmUpAsync(stand, pipelines, options.WarmUp ?? WarmUpEvents, cancellationToken);
        await Task.Delay(options.Rest, TimeProvider.System, cancellationToken);

        var empty = stand.Processes.Memory();
        using var fleet = new Fleet(new FleetPlan(stand.Servers, clients, pipelines) { TokenOf = stand.TokenOf });
        await fleet.OpenAsync(InFlight, LongestOpening, resume: null, cancellationToken);
        await Task.Delay(Calm, TimeProvider.System, cancellationToken);
        var full = stand.Processes.Memory();

        var duration = options.Duration ?? TimeSpan.FromSeconds(35);
        progress.Say($"{label}: {clients} streams open, watching for {duration.TotalSeconds} s");
        var (begun, cpu) = (TimeProvider.System.GetTimestamp(), stand.Processes.Cpu());
        await Task.Delay(duration, TimeProvider.System, cancellationToken);
        cpu = stand.Processes.Cpu() - cpu;
        var took = TimeProvider.System.GetElapsedTime(begun);
        return new Result(
            label,
            [
                new("clients", clients),
                new(FigureNames.BytesPerStream, (full - empty) / (double)clients),
                new("memory_without_streams_mb", empty / 1e6),
                new(FigureNames.IdleCpu, 100 * (cpu / took)),
                new("heartbeats", fleet.Clients.Sum(client => (long)client.Heartbeats)),
            ],
            fleet.Check(_ => 0));
    }

    private static async Task WarmUpAsync(Stand stand, int pipelines, int events, CancellationToken cancellationToken)
    {
        using var fleet = new Fleet(new FleetPlan(stand.Servers, WarmUpClients, pipelines) { TokenOf = stand.TokenOf });
        await fleet.OpenAsync(InFlight, LongestOpening, resume: null, cancellationToken);
        using var driver = new ChangeDriver(stand.Backend, stand.Notified, fleet);
        await driver.RunAsync(events, rate: 0, window: 2, cancellationToken);
    }
}
