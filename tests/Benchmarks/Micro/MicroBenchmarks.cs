using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PipelineAspire.Benchmarks.Reporting;

namespace PipelineAspire.Benchmarks.Micro;

/// <summary><c>micro</c>: the parts of the hot path by themselves, and what they allocate.</summary>
internal static class MicroBenchmarks
{
    private static readonly Type[] All = [typeof(FrameEncoding), typeof(CacheUpdate), typeof(Publishing), typeof(Conflation)];

    // What may be allocated per operation, in bytes: per change something, but less than one byte per change and stream.
    private static readonly Dictionary<string, double> Most = new(StringComparer.Ordinal)
    {
        [nameof(FrameEncoding.EachFurtherStream)] = 0,
        [nameof(CacheUpdate.Change)] = 64, // one entry: what confirmed the status before says nothing of this one
        [nameof(CacheUpdate.Confirmation)] = 0,
        [nameof(Publishing.ToTenThousandStreams)] = Publishing.Subscribers - 1,
        [nameof(Conflation.TenChangesPerTake)] = (Conflation.Behind * Conflation.Subscribers) - 1,
    };

    public static IReadOnlyList<Result> Run()
    {
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine("artifacts", "benchmarks"));
        return [.. All.SelectMany(type => BenchmarkRunner.Run(type, config).Reports.Select(ToResult))];
    }

    private static Result ToResult(BenchmarkReport report)
    {
        var method = report.BenchmarkCase.Descriptor.WorkloadMethod.Name;
        var label = $"{report.BenchmarkCase.Descriptor.Type.Name}.{method}";
        if (report.ResultStatistics is not { } times) return new Result(label, [], ["it did not run: see the output above"]);
        var allocated = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;
        return new Result(
            label,
            [new("mean_ns", times.Mean), new("allocated_bytes", allocated)],
            Most.TryGetValue(method, out var most) && allocated > most ? [$"{allocated} bytes are allocated, {most} are the bound"] : []);
    }
}
