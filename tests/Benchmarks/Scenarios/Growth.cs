using PipelineAspire.Benchmarks.CommandLine;
using PipelineAspire.Benchmarks.Load;
using PipelineAspire.Benchmarks.Reporting;
using PipelineAspire.Benchmarks.Servers;

namespace PipelineAspire.Benchmarks.Scenarios;

/// <summary>
/// <c>growth</c>: what the backend has to bear as clients and replicas grow, measured, and beside it what two other
/// designs would ask of it by their construction: a loop for each connection, and one for each node.
/// </summary>
internal static class Growth
{
    private const int InFlight = 64;
    private static readonly TimeSpan LongestOpening = TimeSpan.FromMinutes(1);
    private static readonly int[] Crowds = [1, 10, 50, 200];
    private static readonly int[] Replicas = [1, 3];

    public static async Task<IReadOnlyList<Result>> RunAsync(BenchmarkOptions options, Progress progress, CancellationToken cancellationToken)
    {
        var pipelines = options.Pipelines ?? 10;
        var most = options.Clients ?? Crowds[^1];
        var crowds = Crowds.Where(crowd => crowd < most).Append(most).ToList();
        var results = new List<Result>();
        foreach (var replicas in options.Replicas is { } count ? [count] : Replicas)
        {
            progress.Say($"growth: starting with replicas: {replicas}");
            await using var stand = await Stand.StartAsync(options, Via.Api, pipelines, replicas, cancellationToken);
            foreach (var crowd in crowds) results.Add(await MeasureAsync(options, stand, crowd, pipelines, replicas, progress, cancellationToken));
        }

        return results;
    }

    private static async Task<Result> MeasureAsync(
        BenchmarkOptions options, Stand stand, int clients, int pipelines, int replicas, Progress progress, CancellationToken cancellationToken)
    {
        var label = $"{clients} clients x {pipelines}, {replicas} {(replicas == 1 ? "replica" : "replicas")}";
        progress.Say($"growth: {label}");
        using var fleet = new Fleet(new FleetPlan(stand.Servers, clients, pipelines) { TokenOf = stand.TokenOf });
        await fleet.OpenAsync(InFlight, LongestOpening, resume: null, cancellationToken);
        await Task.Delay(2 * options.Interval, TimeProvider.System, cancellationToken); // first reads are over

        // Whole intervals: each pipeline is read once in each.
        var intervals = Math.Max(1, Math.Round((options.Duration ?? TimeSpan.FromSeconds(20)) / options.Interval));
        var (begun, reads) = (TimeProvider.System.GetTimestamp(), stand.Backend.Reads);
        await Task.Delay(intervals * options.Interval, TimeProvider.System, cancellationToken);
        reads = stand.Backend.Reads - reads;
        var took = TimeProvider.System.GetElapsedTime(begun);
        var once = pipelines / options.Interval.TotalSeconds;
        return new Result(
            label,
            [
                new(FigureNames.ReadsPerSecond, reads / took.TotalSeconds),
                new(FigureNames.ReadsPerNode, Math.Min(clients, replicas) * once),
                new(FigureNames.ReadsPerConnection, clients * once),
            ],
            fleet.Check(_ => 0));
    }
}
