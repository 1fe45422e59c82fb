using PipelineAspire.Benchmarks.CommandLine;
using PipelineAspire.Benchmarks.Micro;
using PipelineAspire.Benchmarks.Reporting;

namespace PipelineAspire.Benchmarks.Scenarios;

/// <summary>The scenarios by their names.</summary>
internal static class ScenarioTable
{
    public const string Spread = "spread";
    public const string Opening = "opening";
    public const string Growth = "growth";
    public const string Guard = "guard";
    public const string Micro = "micro";
    public const string Day = "day";
    public const string Report = "report";

    private delegate Task<IReadOnlyList<Result>> Scenario(BenchmarkOptions options, Progress progress, CancellationToken cancellationToken);

    private static readonly Dictionary<string, Scenario> Table = new(StringComparer.Ordinal)
    {
        ["fan-out"] = Deliveries.FanOutAsync,
        [Spread] = Deliveries.SpreadAsync,
        ["idle"] = Idle.RunAsync,
        ["storm"] = Storm.RunAsync,
        [Opening] = Scenarios.Opening.RunAsync,
        [Growth] = Scenarios.Growth.RunAsync,
        ["latency"] = Latency.RunAsync,
        [Guard] = Scenarios.Guard.RunAsync,
        [Micro] = (_, _, _) => Task.FromResult(MicroBenchmarks.Run()),
        [Day] = DayScenario.RunAsync,
        [Report] = (options, _, _) => Task.FromResult<IReadOnlyList<Result>>([.. options.From.SelectMany(JsonLines.Read)]),
    };

    public static IReadOnlyCollection<string> Names => Table.Keys;

    public static Task<IReadOnlyList<Result>> RunAsync(BenchmarkOptions options, Progress progress, CancellationToken cancellationToken) =>
        options.ComparesPeople ? CompareAsync(options, progress, cancellationToken) : Table[options.Scenario!](options, progress, cancellationToken);

    /// <summary>In turn, so that what else the machine does meets both.</summary>
    private static async Task<IReadOnlyList<Result>> CompareAsync(BenchmarkOptions options, Progress progress, CancellationToken cancellationToken)
    {
        var results = new List<Result>();
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var isSignedIn in (bool[])[false, true])
            {
                var one = options with { Rounds = 1, IsSignedIn = isSignedIn, ComparesPeople = false };
                results.AddRange(await RunAsync(one, progress, cancellationToken));
            }
        }

        return results;
    }
}
