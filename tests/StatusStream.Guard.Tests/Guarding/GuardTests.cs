using System.Diagnostics;
using System.Reflection;
using PipelineAspire.Benchmarks.Guarding;
using PipelineAspire.Benchmarks.Reporting;

namespace PipelineAspire.Benchmarks.Tests.Guarding;

public sealed class GuardTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public void TheGuardedProductIsBuiltAsItShips()
    {
        var debuggable = Assembly.Load("StatusStream.Api").GetCustomAttribute<DebuggableAttribute>();

        Assert.False(debuggable is { IsJITOptimizerDisabled: true });
    }

    [Fact]
    public async Task ADeliveryAllocatesNothing()
    {
        var bytes = await AllocationGuard.BytesPerDeliveryAsync(CancellationToken.None).WaitAsync(Patience);

        Assert.InRange(bytes, -AllocationGuard.MostBytesPerDelivery, AllocationGuard.MostBytesPerDelivery);
    }

    [Fact]
    public async Task AnIdleStreamTakesLittleMemory()
    {
        var bytes = await IdleGuard.BytesPerStreamAsync(new Progress(TextWriter.Null), CancellationToken.None).WaitAsync(Patience);

        Assert.InRange(bytes, 100, IdleGuard.MostBytesPerStream); // next to nothing would mean that nothing was measured
    }
}
