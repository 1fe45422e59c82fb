using PipelineAspire.Benchmarks.Measuring;

namespace PipelineAspire.Benchmarks.Tests.Measuring;

public sealed class HistogramTests
{
    [Fact]
    public void PercentilesAreThoseOfTheSortedValues()
    {
        var histogram = new Histogram();
        foreach (var milliseconds in Enumerable.Range(1, 100).Reverse()) histogram.Add(milliseconds);

        Assert.Equal((50.0, 99.0, 100.0, 1.0), (histogram.Percentile(0.5), histogram.Percentile(0.99), histogram.Percentile(1), histogram.Percentile(0)));
    }

    [Fact]
    public void ItIsExactToATenthOfAMillisecond()
    {
        var histogram = new Histogram();
        histogram.Add(3.47);

        Assert.Equal(3.4, histogram.Percentile(0.5));
    }

    [Fact]
    public void WhatIsOutOfRangeCountsAtItsEnds()
    {
        var histogram = new Histogram();
        histogram.Add(-5);
        histogram.Add(1e9);

        Assert.Equal((2L, 0.0, 60_000.0), (histogram.Count, histogram.Percentile(0.5), histogram.Percentile(1)));
    }

    [Fact]
    public void WithoutValuesThereIsNothing() => Assert.Equal(0, new Histogram().Percentile(0.99));
}
