using PipelineAspire.Benchmarks.CommandLine;
using PipelineAspire.Benchmarks.Guarding;
using PipelineAspire.Benchmarks.Reporting;

namespace PipelineAspire.Benchmarks.Scenarios;

/// <summary><c>guard</c>: counts against their bounds, as the tests check them.</summary>
internal static class Guard
{
    public static async Task<IReadOnlyList<Result>> RunAsync(BenchmarkOptions options, Progress progress, CancellationToken cancellationToken)
    {
        progress.Say("guard: allocation per delivery");
        var allocated = await AllocationGuard.BytesPerDeliveryAsync(cancellationToken);
        progress.Say("guard: memory of idle streams");
        var held = await IdleGuard.BytesPerStreamAsync(progress, cancellationToken);
        return
        [
            Bounded("guard: bytes allocated per delivery", "bytes", allocated, AllocationGuard.MostBytesPerDelivery),
            Bounded("guard: bytes per idle stream", "bytes", held, IdleGuard.MostBytesPerStream),
        ];
    }

    private static Result Bounded(string label, string figure, double value, double most) => new(
        label,
        [new(figure, value), new("bound", most)],
        value <= most ? [] : [$"{ResultTable.Number(value)} is more than {ResultTable.Number(most)}"]);
}
