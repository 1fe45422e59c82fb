using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Backplane.Upstream;

/// <summary>One stream upstream for everything that is watched, for as long as anything is.</summary>
public sealed class UpstreamLoopTests : IDisposable
{
    private readonly UpstreamRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void WhileNothingIsWatchedNoStreamIsOpened()
    {
        _rig.Pass(TimeSpan.FromSeconds(10));

        Assert.Empty(_rig.Upstream.Streams);
        Assert.Null(_rig.State.Loss);
    }

    [Fact]
    public void TheFirstWatcherOpensOneAndItsLeaseConnects()
    {
        _rig.Begin("a=active");

        Assert.Equal(["a"], Assert.Single(_rig.Upstream.Streams).Request.PipelineIds);
        Assert.True(_rig.State.IsConnected);
        Assert.Equal("a=Active", _rig.Told("a"));
    }

    [Fact]
    public void WhenNothingIsWatchedAnyMoreTheStreamIsClosedAndNothingIsKnown()
    {
        _rig.Begin("a=active");
        _rig.Leave("a");
        _rig.PassMoment();
        _rig.PassMoment();

        Assert.True(_rig.Stream.IsClosed);
        Assert.Equal("", _rig.Told("a"));
        Assert.Null(_rig.State.Loss);
        _rig.Pass(TimeSpan.FromSeconds(5));
        Assert.Single(_rig.Upstream.Streams);
    }

    [Fact]
    public void AStreamThatEndsIsFollowedByOneThatKnowsWhereItEnded()
    {
        _rig.Begin("a=active b=paused");
        _rig.Say(Said.Update(5, "a", "paused"));

        _rig.Say((UpstreamEvent?)null);
        Assert.Equal("the stream has ended", _rig.State.Loss?.Reason);
        _rig.PassMoment();

        Assert.Equal(2, _rig.Upstream.Streams.Count);
        Assert.Equal(new StatusVersion(Records.Epoch, 5), _rig.Stream.Request.LastEventId);
        Assert.Equal(KnownPipelines.Hash(["a", "b"]), _rig.Stream.Request.Known);
    }

    [Fact]
    public void AStreamThatIsSilentIsFollowedByAnother()
    {
        _rig.Begin("a=active");

        _rig.Pass(UpstreamLoop.Silence + TimeSpan.FromSeconds(0.2), isSilent: true);

        Assert.Equal(2, _rig.Upstream.Streams.Count);
        Assert.True(_rig.Upstream.Streams[0].IsClosed);
    }

    [Fact]
    public void AStreamThatDrainsIsFollowedByAnotherAndNothingIsLost()
    {
        _rig.Begin("a=active");

        _rig.Say(Said.Error("server_draining", pipelineId: null));
        Assert.Null(_rig.State.Loss);
        _rig.PassMoment();

        Assert.Equal(2, _rig.Upstream.Streams.Count);
    }

    [Fact]
    public void AHubThatCannotBeReachedIsAskedEverLessOftenAndAtOnceWhenItWasWell()
    {
        _rig.Upstream.Refusal = "it is not there";
        _rig.Watch("a");
        _rig.Pass(TimeSpan.FromSeconds(20));
        Assert.InRange(_rig.Upstream.Refused, 10, 16);
        Assert.Equal("it is not there", _rig.State.Loss?.Reason);
        Assert.Single(_rig.Logger.Collector.GetSnapshot());

        _rig.Upstream.Refusal = null;
        _rig.Pass(TimeSpan.FromSeconds(2));
        _rig.Begin("a=active");
        Assert.Null(_rig.State.Loss);
        _rig.Say((UpstreamEvent?)null);
        _rig.Pass(TimeSpan.FromMilliseconds(150));
        Assert.Equal(2, _rig.Upstream.Streams.Count);
    }

    [Fact]
    public void WhatItToldIsToldUntilNoReplicaCanBeReached()
    {
        _rig.Begin("a=active");
        _rig.Say((UpstreamEvent?)null);
        Assert.Equal("a=Active", _rig.Told("a"));

        _rig.Upstream.Refusal = "it is not there";
        _rig.PassMoment();
        Assert.Equal("", _rig.Told("a"));
    }

    [Fact]
    public void ManyAreNamedInTheAddressAndTheRestFollows()
    {
        var ids = Enumerable.Range(0, 250).Select(i => $"p{i}").ToArray();
        _rig.Watch(ids);
        Assert.Equal(200, _rig.Stream.Request.PipelineIds.Count);

        _rig.Say(Said.Batch(1, ""), Said.Stream());
        _rig.PassMoment();

        var change = Assert.Single(_rig.Stream.Changes);
        Assert.Equal(ids.Order(StringComparer.Ordinal), _rig.Stream.Request.PipelineIds.Concat(change.Add!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AnAddressNeverGetsTooLong()
    {
        _rig.Watch([.. Enumerable.Range(0, 200).Select(i => new string('x', 120) + i)]);

        Assert.InRange(string.Join(',', _rig.Stream.Request.PipelineIds).Length, 3000, 4096);
    }

    /// <summary>What was missed of the rest while there was no stream must not be hidden by what the first batch is as of.</summary>
    [Fact]
    public void TheRestAfterAReconnectIsKnownAsOfTheEndOfTheStreamBefore()
    {
        var ids = Enumerable.Range(0, 250).Select(i => $"p{i}").ToArray();
        _rig.Watch(ids);
        _rig.Say(Said.Batch(1, string.Join(' ', _rig.Stream.Request.PipelineIds.Select(id => id + "=active"))), Said.Stream());
        _rig.PassMoment();
        _rig.Say(Said.Batch(4, string.Join(' ', _rig.Stream.Changes.Single().Add!.Select(id => id + "=active")), revision: 1));
        _rig.Say((UpstreamEvent?)null);
        _rig.PassMoment();

        _rig.Say(Said.Batch(30, "", partial: true), Said.Stream());
        _rig.PassMoment();

        var change = _rig.Stream.Changes.Single();
        Assert.Equal(new StatusVersion(Records.Epoch, 4).ToString(), change.LastEventId);
        Assert.Equal(KnownPipelines.Hash(change.Add!).ToString("x16", null), change.Known);
    }

    [Fact]
    public void WhoeverWantsToHearOfTheListHasItAskedFor()
    {
        _rig.Begin("a=active");
        var heard = 0;
        _rig.Loop.ListChanged += () => heard++;
        var listener = new Listener();
        _rig.Do(() => _rig.ListWatch.Add(listener));
        _rig.PassMoment();
        Assert.True(_rig.Stream.Changes.Single().List);

        _rig.Say(new UpstreamEvent { Type = UpstreamEvent.ListChanged });
        Assert.Equal(1, heard);

        _rig.Do(() => _rig.ListWatch.Remove(listener));
        _rig.PassMoment();
        Assert.False(_rig.Stream.Changes[^1].List);
    }

    private sealed class Listener : IListListener
    {
        public void ListChanged(string set)
        {
        }
    }
}
