using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Backplane.Upstream;

/// <summary>What another hub confirms is confirmed here for no longer: what is in doubt there is in doubt here.</summary>
public class UpstreamLeaseTests : UpstreamFeedRig
{
    [Fact]
    public void WhenTheLeaseRunsOutClientsAreToldAndWhenItIsRenewedABatchOfAllFollows()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);
        Lease(seconds: 13);
        var client = Watch("a", "b");

        Pass(TimeSpan.FromSeconds(12.5));
        Assert.False(client.TryTake(out _));
        Pass(Moment);
        Assert.Equal(StreamEventKind.Stalled, Take(client).Kind);

        Lease(seconds: 13);
        Assert.Equal("a=Active b=Active", Text(Take(client)));
        Assert.False(client.TryTake(out _));
    }

    [Fact]
    public void AStatusToldWithoutALeaseIsInDoubtLikeTheOneBeforeIt()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);
        Lease(seconds: 1);
        var client = Watch("a", "b");
        Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(StreamEventKind.Stalled, Take(client).Kind);

        Feed.TakeUpdate(Said.Update(8, "a", "paused"));

        Assert.Equal("a=Paused", Text(Take(client)));
        Assert.Equal(StreamEventKind.Stalled, Take(client).Kind);
        Assert.False(client.TryTake(out _));
    }

    [Fact]
    public void ALeaseForNoTimeConfirmsNothing()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);
        Lease(seconds: 1);
        var client = Watch("a", "b");
        Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(StreamEventKind.Stalled, Take(client).Kind);

        Lease(seconds: 0);
        Lease(seconds: 13, except: ("a", 0));

        Assert.False(client.TryTake(out _));
    }

    [Fact]
    public void WhatIsPassedOnIsNoReadToOneWhoHasSeenSomethingElsewhere()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);
        Lease(seconds: 13);
        var client = Broadcaster.Subscribe(["a", "b"], seen: new StatusVersion(0xbeef, 3));
        client.Begin();

        Connect(Said.Batch(8, "a=paused b=active"), ["a", "b"]);
        Feed.TakeUpdate(Said.Update(9, "a", "stopped"));
        Assert.False(client.TryTake(out _));
        Clock.Advance(Cadence.Interval);
        Lease(seconds: 13);

        Assert.Equal("a=Stopped b=Active", Text(Take(client)));
    }

    /// <summary>Not all pipelines fit into the address of a stream: the rest follows by watch requests.</summary>
    [Fact]
    public void WhatTheNewConnectionHasNotToldOfIsKeptBackMeanwhile()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);
        var client = Watch("a", "b");

        Connect(Said.Batch(20, "a=paused", partial: true), ["a"]);
        var early = Take(client);
        Assert.Equal("a=Paused", Text(early));
        Assert.NotEqual(Records.Epoch, early.Version.Epoch);
        Assert.Equal("a=Paused", Text(Broadcaster.Subscribe(["a", "b"]).Begin()));

        Take(client); // a batch: statuses between the connections may have been missed
        Feed.TakeBatch(Said.Batch(20, "", partial: true, revision: 1), ["b"], []);
        Assert.Equal("a=Paused b=Active", Text(Broadcaster.Subscribe(["a", "b"]).Begin()));
        Feed.TakeUpdate(Said.Update(21, "b", "paused"));
        Assert.Equal(new StatusVersion(Records.Epoch, 21), Take(client).Version);
    }

    [Fact]
    public void WhatIsNotBehindWhatOneHasSeenNeedsNoRead()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        Lease(seconds: 13);
        var client = Broadcaster.Subscribe(["a"], seen: new StatusVersion(Records.Epoch, 8));
        client.Begin();

        Feed.TakeUpdate(Said.Update(8, "a", "paused"));

        Assert.Equal("a=Paused", Text(Take(client)));
    }

    [Fact]
    public void AnotherHubThatComesIsToldWithItsFirstBatchWhatIsInDoubtHere()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);
        Feed.TakeLease(Said.Lease(Now, 13, 9, ("a", 0)));

        var relay = Broadcaster.Subscribe(["a", "b"], isRelay: true);
        Assert.False(relay.TryTake(out _));
        relay.Begin();

        var lease = Take(relay);
        Assert.Equal((StreamEventKind.Lease, TimeSpan.Zero), (lease.Kind, lease.Lease!.Of("a")));
        Assert.NotEqual(TimeSpan.Zero, lease.Lease.Of("b"));
    }

    [Fact]
    public void AnExceptionPutsItsOwnClientsInDoubtAlone()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);
        var (one, other) = (Watch("a"), Watch("b"));

        Lease(seconds: 13, except: ("a", 1));
        Pass(TimeSpan.FromSeconds(2));

        Assert.Equal(StreamEventKind.Stalled, Take(one).Kind);
        Assert.False(other.TryTake(out _));
    }

    [Fact]
    public void ALeaseThatWaitedInABufferIsShorterByAsLong()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        Feed.TakeLease(Said.Lease(Now, seconds: null));
        var client = Watch("a");
        var late = Said.Lease(Now, seconds: 13);
        Clock.Advance(TimeSpan.FromSeconds(10));

        Feed.TakeLease(late);
        Pass(TimeSpan.FromSeconds(3.5));

        Assert.Equal(StreamEventKind.Stalled, Take(client).Kind);
    }

    [Fact]
    public void WhatTheNewConnectionHasNotToldOfIsNotLeasedAnew()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);
        Lease(seconds: 4);
        var (told, untold) = (Watch("a"), Watch("b"));
        Connect(Said.Batch(8, "", partial: true), ["a"]);

        for (var i = 0; i < 12; i++)
        {
            Lease(seconds: 4);
            Pass(Moment);
        }

        Assert.Equal(StreamEventKind.Stalled, Take(untold).Kind);
        Assert.False(told.TryTake(out _));

        Feed.TakeBatch(Said.Batch(9, "b=active", revision: 1), ["b"], []);
        Lease(seconds: 4);
        Assert.Equal("b=Active", Text(Take(untold)));
    }

    [Fact]
    public void WhatIsLeasedNoMoreWithoutAConnectionIsToldToNobodyWhoComes()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        Lease(seconds: 2);

        Feed.Lapse();
        Assert.Equal("a=Active", Text(Broadcaster.Subscribe(["a"]).Begin()));
        Clock.Advance(TimeSpan.FromSeconds(2));
        Feed.Lapse();

        Assert.Equal("", Text(Broadcaster.Subscribe(["a"]).Begin()));
        Connect(Said.Batch(7, "", partial: true), ["a"]);
        Assert.Equal("a=Active", Text(Broadcaster.Subscribe(["a"]).Begin()));
    }

    [Fact]
    public void WhenNothingUpstreamCanBeReachedEverybodyIsToldAtOnceWhoeverComesToo()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        Lease(seconds: 12);
        var client = Watch("a");

        Feed.Lose();
        Assert.Equal(StreamEventKind.Stalled, Take(client).Kind);
        var late = Watch("b");
        Pass(Moment);
        Assert.Equal(StreamEventKind.Stalled, Take(late).Kind);
    }

    [Fact]
    public void WhatNobodyWatchedAnyMoreIsNotInDoubtWhenSomebodyComes()
    {
        Feed.Lose();
        Feed.Clear();
        var client = Watch("a");

        Pass(Moment);

        Assert.False(client.TryTake(out _));
    }
}
