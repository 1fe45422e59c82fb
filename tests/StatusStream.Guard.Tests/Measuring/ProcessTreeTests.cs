using PipelineAspire.Benchmarks.Measuring;

namespace PipelineAspire.Benchmarks.Tests.Measuring;

public sealed class ProcessTreeTests
{
    private const int NoProcess = 4_194_305; // beyond the largest id that Linux gives

    [Fact]
    public void TheClockOfThisProcessRunsWhileItWorks()
    {
        var self = new ProcessTree([Environment.ProcessId]);
        var before = self.Cpu();
        var work = Enumerable.Range(0, 100_000).Sum(number => number % 7);

        Assert.InRange(work, 1, int.MaxValue);
        Assert.InRange(self.Cpu() - before, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1));
        Assert.InRange(self.Memory(), 1_000_000, 100_000_000_000);
    }

    [Fact]
    public void AProcessThatIsGoneIsNamed()
    {
        var gone = new ProcessTree([NoProcess]);

        Assert.Contains("4194305", Assert.Throws<BenchmarkException>(() => gone.Memory()).Message, StringComparison.Ordinal);
        Assert.Contains("4194305", Assert.Throws<BenchmarkException>(() => gone.Cpu()).Message, StringComparison.Ordinal);
    }
}
