using Microsoft.Extensions.Logging.Abstractions;
using PipelineAspire.FakePipelineBackend.Faults;

namespace PipelineAspire.FakePipelineBackend.Tests.Faults;

public class FaultTableTests
{
    private static readonly Fault Outage = new() { ErrorRate = 1 };
    private static readonly Fault Slow = new() { LatencyMs = 100 };

    private readonly FaultTable _faults = new(NullLogger<FaultTable>.Instance);

    [Fact]
    public void WithoutAFaultThereIsNone()
    {
        Assert.Null(_faults.For("a"));
        _faults.Set("b", Slow);
        Assert.Null(_faults.For("a"));
    }

    [Fact]
    public void AFaultOfItsOwnTakesThePlaceOfTheOneForAll()
    {
        _faults.SetForAll(Outage);
        _faults.Set("a", Slow);

        Assert.Same(Slow, _faults.For("a"));
        Assert.Same(Outage, _faults.For("b"));
    }

    [Fact]
    public void ClearingItsOwnFaultBringsTheOneForAllBack()
    {
        _faults.SetForAll(Outage);
        _faults.Set("a", Slow);
        _faults.Clear("a");

        Assert.Same(Outage, _faults.For("a"));
    }

    [Fact]
    public void ClearingAllClearsThoseOfSinglePipelinesToo()
    {
        _faults.SetForAll(Outage);
        _faults.Set("a", Slow);
        _faults.ClearAll();

        Assert.Null(_faults.For("a"));
        Assert.Null(_faults.ForAll);
    }
}
