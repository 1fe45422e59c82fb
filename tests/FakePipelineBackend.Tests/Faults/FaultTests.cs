using PipelineAspire.FakePipelineBackend.Faults;

namespace PipelineAspire.FakePipelineBackend.Tests.Faults;

public class FaultTests
{
    [Theory]
    [InlineData(0.0, FaultKind.Drop)]
    [InlineData(0.09, FaultKind.Drop)]
    [InlineData(0.1, FaultKind.Hang)]
    [InlineData(0.29, FaultKind.Hang)]
    [InlineData(0.31, FaultKind.Error)]
    [InlineData(0.59, FaultKind.Error)]
    [InlineData(0.61, FaultKind.Malformed)]
    [InlineData(0.89, FaultKind.Malformed)]
    [InlineData(0.91, FaultKind.None)]
    [InlineData(0.9999, FaultKind.None)]
    public void EachKindTakesItsShare(double draw, FaultKind expected)
    {
        var fault = new Fault { DropRate = 0.1, HangRate = 0.2, ErrorRate = 0.3, MalformedRate = 0.3 };

        Assert.Equal(expected, fault.Choose(draw));
    }

    [Fact]
    public void AnErrorOfEveryReadLeavesRoomForTheDropsAskedForBesideIt()
    {
        var fault = new Fault { DropRate = 0.1, ErrorRate = 1 };

        Assert.Equal(FaultKind.Drop, fault.Choose(0.05));
        Assert.Equal(FaultKind.Error, fault.Choose(0.9999));
    }

    [Fact]
    public void AnEmptyFaultHarmsNothing()
    {
        Assert.Equal(FaultKind.None, new Fault().Choose(0));
        Assert.Equal(TimeSpan.Zero, new Fault().LatencyOf(0.5));
    }

    [Fact]
    public void JitterAddsToTheLatencyByAShareOfItself() =>
        Assert.Equal(TimeSpan.FromMilliseconds(125), new Fault { LatencyMs = 100, JitterMs = 50 }.LatencyOf(0.5));
}
