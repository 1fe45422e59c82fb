using PipelineAspire.Benchmarks.CommandLine;
using PipelineAspire.Benchmarks.Days;
using PipelineAspire.Benchmarks.Reporting;

namespace PipelineAspire.Benchmarks.Scenarios;

/// <summary><c>day</c>: what the backend pays for pipelines that mostly rest, and how late their changes are seen.</summary>
internal static class DayScenario
{
    private const int BatchSize = 200;
    private const double MillisecondsPerSecond = 1000;
    private static readonly TimeSpan StableInterval = TimeSpan.FromSeconds(30);

    public static Task<IReadOnlyList<Result>> RunAsync(BenchmarkOptions options, Progress progress, CancellationToken cancellationToken)
    {
        var pipelines = options.Pipelines ?? 500;
        var stable = options.Interval > StableInterval ? options.Interval : StableInterval;
        var paced = new DayPlan(pipelines, options.Interval, stable, BatchSize: null, Notifies: false);
        (string Name, DayPlan Plan)[] days =
        [
            ("plain", paced with { StableInterval = options.Interval }),
            ("paces", paced),
            ("paces, notify", paced with { Notifies = true }),
            ("paces, batches", paced with { BatchSize = BatchSize }),
        ];
        var results = new List<Result>();
        foreach (var (name, plan) in days)
        {
            progress.Say($"day of {pipelines}: {name}");
            results.Add(Told(name, plan, SimulatedDay.Run(plan, cancellationToken), isDrawn: plan == paced));
        }

        return Task.FromResult<IReadOnlyList<Result>>(results);
    }

    private static Result Told(string name, DayPlan plan, Day day, bool isDrawn)
    {
        var plainPerSecond = plan.Pipelines / plan.Interval.TotalSeconds;
        var plain = plainPerSecond * SimulatedDay.Length.TotalSeconds;
        var missing = day.Changes.Count - day.Delays.Count;
        return new Result(
            name,
            [
                new("reads", day.Reads),
                new("requests", day.Requests),
                new("plain_reads_computed", plain),
                new("reads_per_s", day.Reads / SimulatedDay.Length.TotalSeconds),
                new("requests_per_s", day.Requests / SimulatedDay.Length.TotalSeconds),
                new("reads_of_plain_pct", 100 * day.Reads / plain),
                new("requests_of_plain_pct", 100 * day.Requests / plain),
                new("changes", day.Changes.Count),
                new("delay_median_s", Percentile(day, 0.5)),
                new("delay_p99_s", Percentile(day, 0.99)),
                new("delay_worst_s", Percentile(day, 1)),
            ],
            missing == 0 ? [] : [$"{missing} changes were not seen"])
        {
            Picture = isDrawn ? DayPicture.Draw(plan, day, plainPerSecond) : null,
        };
    }

    private static double Percentile(Day day, double share) =>
        day.Delays.Count == 0 ? 0 : day.Delays[Math.Max(1, (int)Math.Ceiling(share * day.Delays.Count)) - 1] / MillisecondsPerSecond;
}
