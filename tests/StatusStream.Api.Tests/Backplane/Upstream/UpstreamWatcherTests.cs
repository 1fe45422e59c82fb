using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Upstream;

namespace PipelineAspire.StatusStream.Tests.Backplane.Upstream;

/// <summary>What the stream upstream is about follows what is watched here.</summary>
public sealed class UpstreamWatcherTests : IDisposable
{
    private readonly UpstreamRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void WhatIsWatchedLaterIsAddedWithoutANewStream()
    {
        _rig.Begin("a=active");

        _rig.Watch("b", "c");
        _rig.PassMoment();
        Assert.Equal(["b", "c"], _rig.Stream.Changes.Single().Add);
        _rig.Say(Said.Batch(3, "b=active c=paused", revision: 1));

        Assert.Equal("a=Active b=Active c=Paused", _rig.Told("a", "b", "c"));
        Assert.Single(_rig.Upstream.Streams);
    }

    [Fact]
    public void AStreamThatNeverAcknowledgesIsFollowedByOneThatIsAskedForWhatWasAdded()
    {
        _rig.Begin("a=active");
        _rig.Watch("b");

        _rig.Pass(UpstreamLoop.Silence + UpstreamRig.Cadence.RequestTimeout + TimeSpan.FromSeconds(1));

        Assert.True(_rig.Upstream.Streams[0].IsClosed);
        Assert.True(_rig.Upstream.Streams[0].IsFailed); // others are asked first
        Assert.Equal(["a", "b"], _rig.Stream.Request.PipelineIds.Order(StringComparer.Ordinal));
        Assert.Contains(
            _rig.Logger.Collector.GetSnapshot(), logged => logged.Message.Contains("it has not acknowledged a watch request for 6 s", StringComparison.Ordinal));
        Assert.Equal("a=Active", _rig.Told("a"));
    }

    [Fact]
    public void WhatNobodyWatchesAnyMoreIsRemovedAndForgotten()
    {
        _rig.Begin("a=active b=active");

        _rig.Leave("b");
        Assert.Equal(["b"], _rig.Stream.Changes.Single().Remove);
        _rig.Say(Said.Batch(3, "", revision: 1));

        Assert.Equal("a=Active", _rig.Told("a", "b"));
    }

    [Fact]
    public void WhatIsAddedAgainBeforeTheAcknowledgementStays()
    {
        _rig.Begin("a=active b=active");
        _rig.Leave("b");
        _rig.Watch("b");
        _rig.PassMoment();
        Assert.Equal(["b"], _rig.Stream.Changes[1].Add);

        _rig.Say(Said.Batch(3, "", revision: 1));
        Assert.Equal("a=Active b=Active", _rig.Told("a", "b"));
        _rig.Say(Said.Batch(4, "b=paused", revision: 2));

        Assert.Equal("a=Active b=Paused", _rig.Told("a", "b"));
    }

    /// <summary>In between, the stream told nothing of it: a partial batch could hide a change.</summary>
    [Fact]
    public void WhatIsAddedAgainIsNotSaidToBeKnownAsOfNow()
    {
        _rig.Begin("a=active b=active");
        _rig.Leave("b");
        _rig.Say(Said.Update(9, "a", "paused"));
        _rig.Watch("b");
        _rig.PassMoment();

        Assert.Null(_rig.Stream.Changes[1].Known);
        Assert.Null(_rig.Stream.Changes[1].LastEventId);
    }

    [Fact]
    public void WhatIsOnTheScreenIsToldOnceSomethingIsNot()
    {
        _rig.Begin("a=active b=active");
        _rig.PassMoment();
        Assert.Empty(_rig.Stream.Changes);

        _rig.Do(() => _rig.WatchList.Change(["b"], WatchKind.Visible, WatchKind.Background));
        _rig.PassMoment();
        Assert.Equal(["a"], _rig.Stream.Changes.Single().Visible);

        _rig.Do(() => _rig.WatchList.Change(["b"], WatchKind.Background, WatchKind.Visible));
        _rig.PassMoment();
        Assert.Equal(["a", "b"], _rig.Stream.Changes[1].Visible!.Order(StringComparer.Ordinal));
    }

    /// <summary>A body may have a megabyte.</summary>
    [Fact]
    public void NoRequestGetsTooLarge()
    {
        _rig.Begin("a=active");
        _rig.Do(() => _rig.WatchList.Change(["a"], WatchKind.Visible, WatchKind.Background));
        string[] ids = [.. Enumerable.Range(0, 9000).Select(i => new string('x', 120) + i)];
        _rig.Watch(ids);
        _rig.Pass(TimeSpan.FromSeconds(5));
        _rig.Say(Said.Batch(1, "", revision: _rig.Stream.Changes[^1].Revision));
        _rig.Leave(ids);
        _rig.Pass(TimeSpan.FromSeconds(5));

        Assert.All(_rig.Stream.Changes, change => Assert.InRange(Length(change), 0, 1_000_000));
        Assert.Equal(9000, _rig.Stream.Changes.Sum(change => change.Add?.Count ?? 0));
        Assert.Equal(9000, _rig.Stream.Changes.Sum(change => change.Remove?.Count ?? 0));

        static int Length(UpstreamChange change) => new[] { change.Add, change.Remove, change.Visible }.Sum(ids => ids?.Sum(id => id.Length + 3) ?? 0);
    }

    [Fact]
    public void AChangeThatCameTooOftenIsAskedForAgainWhenItMayBe()
    {
        _rig.Begin("a=active");
        _rig.Stream.Answers = static _ => new UpstreamAnswer(UpstreamOutcome.TooOften, TimeSpan.FromSeconds(2));
        _rig.Watch("b");
        _rig.PassMoment();
        _rig.Stream.Answers = static _ => new UpstreamAnswer(UpstreamOutcome.Accepted);
        Assert.Single(_rig.Stream.Changes);

        _rig.Pass(TimeSpan.FromSeconds(2));

        Assert.Equal([["b"], ["b"]], _rig.Stream.Changes.Select(change => change.Add!));
        Assert.True(_rig.Stream.Changes[1].Revision > _rig.Stream.Changes[0].Revision);
    }

    [Fact]
    public void NoMoreIsAddedThanTheOtherHubTakes()
    {
        _rig.Begin("a=active");
        _rig.Stream.Answers = static change => change.Add?.Count > 2
            ? new UpstreamAnswer(UpstreamOutcome.TooManyPipelines, MaxPipelines: 3)
            : new UpstreamAnswer(UpstreamOutcome.Accepted);

        _rig.Watch("b", "c", "d", "e");
        _rig.Pass(TimeSpan.FromSeconds(2));

        Assert.Equal([4, 2], _rig.Stream.Changes.Select(change => change.Add!.Count));
        Assert.Single(_rig.Upstream.Streams);
    }

    [Fact]
    public void WhenThereIsNoSuchStreamAnyMoreANewOneIsOpened()
    {
        _rig.Begin("a=active");
        _rig.Stream.Answers = static _ => new UpstreamAnswer(UpstreamOutcome.NoSuchStream);

        _rig.Watch("b");
        _rig.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(2, _rig.Upstream.Streams.Count);
        Assert.Equal(["a", "b"], _rig.Stream.Request.PipelineIds.Order(StringComparer.Ordinal));
        Assert.NotNull(_rig.Stream.Request.LastEventId);
    }
}
