using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Tests.Backplane;

public class WatchListTests
{
    private static readonly PollCadence Cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));

    private readonly FakeTimeProvider _clock = new();
    private readonly WatchList _list;
    private readonly List<string> _began = [];

    public WatchListTests()
    {
        _list = new WatchList(Cadence, _clock);
        _list.Watched += _began.AddRange;
    }

    [Fact]
    public void AStreamWatchesUntilItLeavesAndThreeIntervalsMore()
    {
        _list.Add(["a"]);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([new WatchedPipeline("a", null)], _list.Current());

        _list.Remove(["a"]);
        Assert.Equal([new WatchedPipeline("a", TimeSpan.FromSeconds(6))], _list.Current());

        _clock.Advance(TimeSpan.FromSeconds(6) - TimeSpan.FromTicks(1));
        Assert.Equal([new WatchedPipeline("a", TimeSpan.FromTicks(1))], _list.Current());

        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Empty(_list.Current());
    }

    [Fact]
    public void WhatIsNotRetainedLeavesWithItsLastWatcher()
    {
        _list.Add(["a", "b"]);
        _list.Add(["a"]);

        _list.Remove(["a", "b"], isRetained: false);
        Assert.Equal([new WatchedPipeline("a", null)], _list.Current());
        _list.Remove(["a"], isRetained: false);
        Assert.Empty(_list.Current());
    }

    [Fact]
    public void ThePipelineStaysForTheLastOfItsStreams()
    {
        _list.Add(["a", "b"]);
        _list.Add(["a"]);
        _list.Remove(["a", "b"]);
        _clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal([new WatchedPipeline("a", null)], _list.Current());
    }

    [Fact]
    public void OnlyWhatNobodyWatchedAMomentAgoBegins()
    {
        _list.Add(["a", "b"]);
        _list.Add(["b", "c"]);

        Assert.Equal(["a", "b", "c"], _began);
    }

    [Fact]
    public void ALingeringPipelineBeginsAgainSoThatItIsNotDroppedFromUnderANewStream()
    {
        _list.Add(["a"]);
        _list.Remove(["a"]);
        _began.Clear();

        _list.Add(["a"]);

        Assert.Equal(["a"], _began);
        Assert.Equal([new WatchedPipeline("a", null)], _list.Current());
    }

    [Fact]
    public void APipelineIsVisibleAsLongAsOneOfItsWatchersHasItOnTheScreen()
    {
        _list.Add(["a"]);
        _list.Add(["a"], WatchKind.Background);
        Assert.True(Assert.Single(_list.Current()).IsVisible);

        _list.Change(["a"], WatchKind.Visible, WatchKind.Background);
        Assert.False(Assert.Single(_list.Current()).IsVisible);

        _list.Add(["a"], WatchKind.Document);
        Assert.True(Assert.Single(_list.Current()).IsVisible);
    }

    [Theory]
    [InlineData((int)WatchKind.Background, false)]
    [InlineData((int)WatchKind.Visible, true)]
    public void APipelineIsRetainedAsItsLastWatcherHadIt(int kind, bool isVisible)
    {
        _list.Add(["a"], (WatchKind)kind);
        _list.Remove(["a"], (WatchKind)kind);

        Assert.Equal([new WatchedPipeline("a", TimeSpan.FromSeconds(6), isVisible)], _list.Current());
    }

    [Fact]
    public void OneThatIsHiddenOrShownBeginsNothing()
    {
        _list.Add(["a"]);
        _began.Clear();

        _list.Change(["a"], WatchKind.Visible, WatchKind.Background);
        Assert.False(Assert.Single(_list.Current()).IsVisible);
        _list.Change(["a"], WatchKind.Background, WatchKind.Visible);

        Assert.True(Assert.Single(_list.Current()).IsVisible);
        Assert.Empty(_began);
    }

    [Fact]
    public void ADocumentIsWantedUntilThreeIntervalsAfterWhoAskedForItLastAndItsStatusAsLongAsItIsWatched()
    {
        var wanted = new List<string>();
        _list.DocumentsWanted += wanted.AddRange;
        _list.Add(["a"]);
        _list.Add(["a"], WatchKind.Document);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([new WatchedPipeline("a", null, DocumentFor: TimeSpan.FromSeconds(6))], _list.Current());

        _list.Remove(["a"], WatchKind.Document);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([new WatchedPipeline("a", null, DocumentFor: TimeSpan.FromSeconds(4))], _list.Current());
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal([new WatchedPipeline("a", null)], _list.Current());
        Assert.Equal(["a"], wanted);
    }

    [Fact]
    public void WhoeverPollsIsToldOfADocumentOnceHoweverManyAskForIt()
    {
        var wanted = new List<string>();
        _list.DocumentsWanted += wanted.AddRange;
        for (var i = 0; i < 5; i++)
        {
            _list.Add(["a"], WatchKind.Document);
            _list.Add(["a"], WatchKind.Document);
            _list.Remove(["a"], WatchKind.Document);
            _list.Remove(["a"], WatchKind.Document);
            _clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(["a"], wanted);

        _clock.Advance(TimeSpan.FromSeconds(4));
        _list.Add(["a"], WatchKind.Document);
        Assert.Equal(["a", "a"], wanted);
    }

    [Fact]
    public void WhoeverIsToldMayLookAtTheListAtOnce()
    {
        IReadOnlyList<WatchedPipeline> seen = [];
        _list.Watched += _ => seen = Task.Run(_list.Current).WaitAsync(TimeSpan.FromSeconds(20)).GetAwaiter().GetResult();

        _list.Add(["a"]);

        Assert.Equal([new WatchedPipeline("a", null)], seen);
    }
}
