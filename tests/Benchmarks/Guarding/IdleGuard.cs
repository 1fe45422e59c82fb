using PipelineAspire.Benchmarks.CommandLine;
using PipelineAspire.Benchmarks.Reporting;
using PipelineAspire.Benchmarks.Scenarios;

namespace PipelineAspire.Benchmarks.Guarding;

/// <summary>How much memory an idle stream takes of a StatusStream.Api in a process of its own.</summary>
internal static class IdleGuard
{
    /// <summary>The most that an idle stream may take, in bytes.</summary>
    public const double MostBytesPerStream = 11 * 1024;

    private const int Clients = 5000;

    /// <summary>Measures it.</summary>
    /// <exception cref="BenchmarkException">Something did not start, or a stream was closed.</exception>
    public static async Task<double> BytesPerStreamAsync(Progress progress, CancellationToken cancellationToken)
    {
        var options = new BenchmarkOptions { WarmUp = 30, Rest = TimeSpan.FromSeconds(1), Duration = TimeSpan.FromMilliseconds(100) };
        var result = await Idle.MeasureAsync(options, Via.Api, "guard", Clients, progress, cancellationToken);
        return result.Problems.Count == 0 ? result.Find(FigureNames.BytesPerStream)!.Value : throw new BenchmarkException(string.Join("; ", result.Problems));
    }
}
