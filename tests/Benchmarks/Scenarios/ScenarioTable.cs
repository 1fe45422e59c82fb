using PipelineAspire.Benchmarks.CommandLine;
using PipelineAspire.Benchmarks.Micro;
using PipelineAspire.Benchmarks.Reporting;

namespace PipelineAspire.Benchmarks.Scenarios;

/// <summary>The scenarios by their names.</summary>
internal static class ScenarioTable
{
    public const string Spread = "spread";
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
        [Growth] = Scenarios.Growth.RunAsync,
        ["latency"] = Latency.RunAsync,
        [Guard] = Scenarios.Guard.RunAsync,
        [Micro] = (_, _, _) => Task.FromResult(MicroBenchmarks.Run()),
        [Day] = DayScenario.RunAsync,
        [Report] = (options, _, _) => Task.FromResult<IReadOnlyList<Result>>([.. options.From.SelectMany(JsonLines.Read)]),
    };

    public static IReadOnlyCollection<string> Names => Table.Keys;

    public static Task<IReadOnlyList<Result>> RunAsync(BenchmarkOptions options, Progress progress, CancellationToken cancellationToken) =>
        Table[options.Scenario!](options, progress, cancellationToken);
}
