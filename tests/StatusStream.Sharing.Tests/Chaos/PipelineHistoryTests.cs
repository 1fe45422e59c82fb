namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>The judge of the scenarios, judged.</summary>
public sealed class PipelineHistoryTests
{
    private readonly PipelineHistory _history = new();

    public PipelineHistoryTests()
    {
        while (_history.Latest < 12) _history.Next();
    }

    [Fact]
    public void AnOlderStatusIsNotFound()
    {
        for (var older = 4; older < 12; older++) Assert.Null(_history.Find(PipelineHistory.PublicStatus(older), after: 12));
        Assert.Null(_history.Find(PipelineHistory.PublicStatus(10), after: 11));
    }

    [Fact]
    public void TheSameANewerAndTheNewestStatusAreFound()
    {
        Assert.Equal(7, _history.Find(PipelineHistory.PublicStatus(7), after: 7));
        Assert.Equal(9, _history.Find(PipelineHistory.PublicStatus(9), after: 7));
        Assert.Equal(12, _history.Find(PipelineHistory.PublicStatus(12), after: 7));
    }

    [Fact]
    public void WhatIsYetToComeIsNotFound() => Assert.Null(_history.Find(PipelineHistory.PublicStatus(13), after: 12));

    [Fact]
    public void WhoKnowsNothingIsToldTheNewest() => Assert.Equal(12, _history.Find(PipelineHistory.PublicStatus(2), after: -1));
}
