using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Backplane.Upstream;

/// <summary>What another hub tells is told here: no older, no less doubtful, and no more than once.</summary>
public class UpstreamFeedTests
{
    private static readonly PollCadence Cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.5);

    private readonly FakeTimeProvider _clock = new();
    private readonly StatusBroadcaster _broadcaster;
    private readonly UpstreamFeed _feed;

    public UpstreamFeedTests()
    {
        _broadcaster = new StatusBroadcaster(Cadence, _clock, PipeScheduler.Inline);
        _feed = new UpstreamFeed(_broadcaster, Cadence, _clock);
    }

    [Fact]
    public void TheFirstBatchIsWhatClientsAreToldWithItsVersion()
    {
        Connect(Said.Batch(7, "a=active b=paused"), ["a", "b", "none"]);

        var batch = _broadcaster.Subscribe(["a", "b", "none"]).Begin();

        Assert.Equal("a=Active b=Paused", Text(batch));
        Assert.Equal(new StatusVersion(Records.Epoch, 7), batch.Version);
    }

    [Fact]
    public void AnUpdateIsPassedOnWithItsVersion()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        var client = Watch("a");

        _feed.TakeUpdate(Said.Update(9, "a", "paused"));

        var update = Take(client);
        Assert.Equal((StreamEventKind.Update, new StatusVersion(Records.Epoch, 9), PipelineStatus.Active), (update.Kind, update.Version, update.PreviousStatus));
    }

    [Fact]
    public void NoIdGoesBackWithinAnEpochThoughAReplicaIsBehind()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);

        Connect(Said.Batch(5, "a=active b=active"), ["a", "b"]);

        Assert.Equal(new StatusVersion(Records.Epoch, 7), _broadcaster.Subscribe(["a"]).Begin().Version);
    }

    [Fact]
    public void AStatusOfANewerHubIsUnknown()
    {
        Connect(Said.Batch(7, "a=hibernating"), ["a"]);

        Assert.Equal("a=Unknown", Text(_broadcaster.Subscribe(["a"]).Begin()));
    }

    [Fact]
    public void APartialBatchConfirmsTheRest()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);
        var client = Watch("a", "b");

        Connect(Said.Batch(9, "b=paused", partial: true), ["a", "b"]);

        Assert.Equal("b=Paused", Text(Take(client)));
        Assert.Equal("a=Active b=Paused", Text(_broadcaster.Subscribe(["a", "b"]).Begin()));
    }

    [Fact]
    public void WhatAFullBatchDoesNotHaveIsKnownNoMore()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);

        Connect(Said.Batch(9, "a=active"), ["a", "b"]);

        Assert.Equal("a=Active", Text(_broadcaster.Subscribe(["a", "b"]).Begin()));
    }

    [Fact]
    public void WhatIsRemovedIsKnownNoMore()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);

        _feed.TakeBatch(Said.Batch(8, "", revision: 1), [], ["b"]);

        Assert.Equal("a=Active", Text(_broadcaster.Subscribe(["a", "b"]).Begin()));
    }

    /// <summary>A hub says what has changed since an id for those that it told up to that id: what a stream that came later was not about is not among them.</summary>
    [Fact]
    public void WhatFollowsByAWatchRequestIsKnownAsOfTheEndOfTheConnectionBefore()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);

        Connect(Said.Batch(20, "", partial: true), ["a"]);

        Assert.Equal((new StatusVersion(Records.Epoch, 7), KnownPipelines.Hash(["b"])), _feed.ResumeOf(["b"]));
    }

    [Fact]
    public void WhatAConnectionEndedBeforeTellingIsNotKnownAsOfItsEnd()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);
        Connect(Said.Batch(20, "", partial: true), ["a"]);

        _feed.Connect([]);

        Assert.Equal((new StatusVersion(Records.Epoch, 20), KnownPipelines.Hash(["a"])), _feed.ResumeOf(["a", "b"]));
    }

    [Fact]
    public void WhatWasBeingAddedOrRemovedIsNotKnownAsOfTheEndOfTheConnection()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);

        _feed.Connect(unsure: ["b"]);

        Assert.Equal(KnownPipelines.Hash(["a"]), _feed.ResumeOf(["a", "b"])?.Known);
    }

    [Fact]
    public void AConnectionThatFailsLeavesWhatIsKnownAsItIs()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        _feed.Connect([]);
        _feed.Connect([]);

        Assert.Equal((new StatusVersion(Records.Epoch, 7), KnownPipelines.Hash(["a"])), _feed.ResumeOf(["a"]));
    }

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

        _feed.TakeUpdate(Said.Update(8, "a", "paused"));

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
        var client = _broadcaster.Subscribe(["a", "b"], seen: new StatusVersion(0xbeef, 3));
        client.Begin();

        Connect(Said.Batch(8, "a=paused b=active"), ["a", "b"]);
        _feed.TakeUpdate(Said.Update(9, "a", "stopped"));
        Assert.False(client.TryTake(out _));
        _clock.Advance(Cadence.Interval);
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
        Assert.Equal("a=Paused", Text(_broadcaster.Subscribe(["a", "b"]).Begin()));

        Take(client); // a batch: statuses between the connections may have been missed
        _feed.TakeBatch(Said.Batch(20, "", partial: true, revision: 1), ["b"], []);
        Assert.Equal("a=Paused b=Active", Text(_broadcaster.Subscribe(["a", "b"]).Begin()));
        _feed.TakeUpdate(Said.Update(21, "b", "paused"));
        Assert.Equal(new StatusVersion(Records.Epoch, 21), Take(client).Version);
    }

    [Fact]
    public void WhatIsNotBehindWhatOneHasSeenNeedsNoRead()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        Lease(seconds: 13);
        var client = _broadcaster.Subscribe(["a"], seen: new StatusVersion(Records.Epoch, 8));
        client.Begin();

        _feed.TakeUpdate(Said.Update(8, "a", "paused"));

        Assert.Equal("a=Paused", Text(Take(client)));
    }

    [Fact]
    public void AnotherHubThatComesIsToldWithItsFirstBatchWhatIsInDoubtHere()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);
        _feed.TakeLease(Said.Lease(Now, 13, 9, ("a", 0)));

        var relay = _broadcaster.Subscribe(["a", "b"], isRelay: true);
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
        _feed.TakeLease(Said.Lease(Now, seconds: null));
        var client = Watch("a");
        var late = Said.Lease(Now, seconds: 13);
        _clock.Advance(TimeSpan.FromSeconds(10));

        _feed.TakeLease(late);
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

        _feed.TakeBatch(Said.Batch(9, "b=active", revision: 1), ["b"], []);
        Lease(seconds: 4);
        Assert.Equal("b=Active", Text(Take(untold)));
    }

    [Fact]
    public void WhatIsLeasedNoMoreWithoutAConnectionIsToldToNobodyWhoComes()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        Lease(seconds: 2);

        _feed.Lapse();
        Assert.Equal("a=Active", Text(_broadcaster.Subscribe(["a"]).Begin()));
        _clock.Advance(TimeSpan.FromSeconds(2));
        _feed.Lapse();

        Assert.Equal("", Text(_broadcaster.Subscribe(["a"]).Begin()));
        Connect(Said.Batch(7, "", partial: true), ["a"]);
        Assert.Equal("a=Active", Text(_broadcaster.Subscribe(["a"]).Begin()));
    }

    [Fact]
    public void WhenNothingUpstreamCanBeReachedEverybodyIsToldAtOnceWhoeverComesToo()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        Lease(seconds: 12);
        var client = Watch("a");

        _feed.Lose();
        Assert.Equal(StreamEventKind.Stalled, Take(client).Kind);
        var late = Watch("b");
        Pass(Moment);
        Assert.Equal(StreamEventKind.Stalled, Take(late).Kind);
    }

    [Fact]
    public void WhatNobodyWatchedAnyMoreIsNotInDoubtWhenSomebodyComes()
    {
        _feed.Lose();
        _feed.Clear();
        var client = Watch("a");

        Pass(Moment);

        Assert.False(client.TryTake(out _));
    }

    [Fact]
    public void AnEpisodeThatIsStillOnIsNotToldAgainAfterAReconnect()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        var client = Watch("a");
        _feed.TakeUpdate(Said.Error("backend_unavailable", "a"));
        Assert.Equal(StreamEventKind.Error, Take(client).Kind);

        Connect(Said.Batch(8, "a=active"), ["a"]);
        _feed.TakeUpdate(Said.Error("backend_unavailable", "a"));
        Lease(seconds: 13, sequence: 8);

        Assert.False(client.TryTake(out _));
    }

    [Theory]
    [InlineData("a=active", false)]
    [InlineData("", true)]
    public void AnEpisodeThatIsOverAfterAReconnectEndsWithABatch(string batch, bool partial)
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        var client = Watch("a");
        _feed.TakeUpdate(Said.Error("backend_unavailable", "a"));
        Assert.Equal(StreamEventKind.Error, Take(client).Kind);

        Connect(Said.Batch(8, batch, partial), ["a"]);
        Assert.False(client.TryTake(out _));
        Lease(seconds: 13, sequence: 8);

        Assert.Equal("a=Active", Text(Take(client)));
    }

    /// <summary>A new status is a fresh one to whoever hears it, so that it still cannot be read must be said again.</summary>
    [Fact]
    public void AnotherStatusWithinAnEpisodeIsFollowedByItsError()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        var client = Watch("a");
        _feed.TakeUpdate(Said.Error("backend_unavailable", "a"));
        Assert.Equal(StreamEventKind.Error, Take(client).Kind);

        Connect(Said.Batch(8, "a=paused"), ["a"]);
        _feed.TakeUpdate(Said.Error("backend_unavailable", "a"));

        Assert.Equal(PipelineStatus.Paused, Take(client).Record!.Status);
        Assert.Equal(StreamEventKind.Error, Take(client).Kind);
    }

    [Fact]
    public void APipelineThatIsNotThereIsInNoBatchAndIsToldOnce()
    {
        Connect(Said.Batch(7, "a=active"), ["a", "none"]);
        var client = Watch("a", "none");
        _feed.TakeUpdate(Said.Error("pipeline_not_found", "none"));
        Assert.Equal((StreamEventKind.Error, PipelineCondition.NotFound), (Take(client) is var told ? told.Kind : default, told.Record!.Condition));

        Connect(Said.Batch(8, "a=active"), ["a", "none"]);
        _feed.TakeUpdate(Said.Error("pipeline_not_found", "none"));
        Lease(seconds: 13, sequence: 8);

        Assert.False(client.TryTake(out _));
        Assert.Equal("a=Active", Text(_broadcaster.Subscribe(["a", "none"]).Begin()));
    }

    [Fact]
    public void APipelineThatIsNotReadIsRefusedHereToo()
    {
        Connect(Said.Batch(7, "a=active"), ["a", "b"]);
        var client = Watch("a", "b");

        _feed.TakeUpdate(Said.Error("too_many_pipelines", "b"));

        Assert.Equal(PipelineCondition.BeyondWatched, Take(client).Record!.Condition);
    }

    [Fact]
    public void FieldsFollowTheirMergePatches()
    {
        Connect(Said.Batch(7, "a=active") with { Updates = [new UpstreamItem("a", "active", Said.Fields("""{"lag":3,"rows":5}"""))] }, ["a"]);
        var client = _broadcaster.Subscribe(["a"], wantsFields: true);
        client.Begin();

        _feed.TakeUpdate(Said.FieldsUpdate(8, "a", """{"lag":4}"""));
        Assert.Equal(("lag=4 rows=5", FieldsPart.Changed), (Fields(Take(client), out var part), part));

        _feed.TakeUpdate(Said.Update(9, "a", "paused", """{"rows":null}"""));
        Assert.Equal(("lag=4 rows=", FieldsPart.Changed), (Fields(Take(client), out part), part));
    }

    [Fact]
    public async Task APollIsFreshWhileWhatItAsksForIsLeasedAndNotAfter()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        Lease(seconds: 5);

        _clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.True(Assert.Single(await _broadcaster.PollAsync(["a"], CancellationToken.None)).IsFresh);

        _clock.Advance(TimeSpan.FromSeconds(1));
        var waiting = _broadcaster.PollAsync(["a"], CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        _clock.Advance(_broadcaster.PollPatience);
        Assert.False(Assert.Single(await waiting.Soon()).IsFresh);
    }

    /// <summary>As of a backend whose reads fail.</summary>
    [Fact]
    public async Task WhileUpstreamIsLostAPollWaitsForNothing()
    {
        var waiting = _broadcaster.PollAsync(["a"], CancellationToken.None);
        _feed.Lose();
        Assert.False(waiting.IsCompleted);
        _feed.Lose();

        Assert.False(Assert.Single(await waiting.Soon()).IsFresh);
        Assert.Equal(0, _broadcaster.WaitingPolls);
        Assert.True(_broadcaster.PollAsync(["a"], CancellationToken.None).IsCompletedSuccessfully);
    }

    private long Now => (long)_clock.GetElapsedTime(0).TotalMilliseconds;

    private static StreamEvent Take(Subscriber client)
    {
        Assert.True(client.TryTake(out var told), "nothing was told");
        return told;
    }

    private static string Text(StreamEvent told) => string.Join(' ', (told.Records ?? [told.Record!])
        .Select(record => $"{record.PipelineId}={record.Status}").Order(StringComparer.Ordinal));

    private static string Fields(StreamEvent told, out FieldsPart part)
    {
        part = told.Fields;
        var fields = told.Record!.Fields!;
        return string.Join(' ', fields.Names.Select((name, i) => $"{name}={(fields[i] is { } value ? System.Text.Encoding.UTF8.GetString(value) : "")}"));
    }

    private void Connect(UpstreamEvent first, IReadOnlyCollection<string> asked)
    {
        _feed.Connect([]);
        _feed.TakeBatch(first, asked, []);
    }

    private void Lease(double seconds, long sequence = 9, params (string, double)[] except)
    {
        _feed.TakeLease(Said.Lease(Now, seconds, sequence, except));
        _broadcaster.CheckFreshness();
    }

    private Subscriber Watch(params string[] pipelineIds)
    {
        var client = _broadcaster.Subscribe(pipelineIds);
        client.Begin();
        _broadcaster.CheckFreshness();
        return client;
    }

    /// <summary>Time passes, and the broadcaster looks as often as it does.</summary>
    private void Pass(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Moment)
        {
            _clock.Advance(Moment);
            _broadcaster.CheckFreshness();
        }
    }
}
