using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Backplane.Upstream;

/// <summary>Failures, fields and polls as another hub has them are had here once.</summary>
public class UpstreamEpisodeTests : UpstreamFeedRig
{
    [Fact]
    public void AnEpisodeThatIsStillOnIsNotToldAgainAfterAReconnect()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        var client = Watch("a");
        Feed.TakeUpdate(Said.Error("backend_unavailable", "a"));
        Assert.Equal(StreamEventKind.Error, Take(client).Kind);

        Connect(Said.Batch(8, "a=active"), ["a"]);
        Feed.TakeUpdate(Said.Error("backend_unavailable", "a"));
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
        Feed.TakeUpdate(Said.Error("backend_unavailable", "a"));
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
        Feed.TakeUpdate(Said.Error("backend_unavailable", "a"));
        Assert.Equal(StreamEventKind.Error, Take(client).Kind);

        Connect(Said.Batch(8, "a=paused"), ["a"]);
        Feed.TakeUpdate(Said.Error("backend_unavailable", "a"));

        Assert.Equal(PipelineStatus.Paused, Take(client).Record!.Status);
        Assert.Equal(StreamEventKind.Error, Take(client).Kind);
    }

    [Fact]
    public void APipelineThatIsNotThereIsInNoBatchAndIsToldOnce()
    {
        Connect(Said.Batch(7, "a=active"), ["a", "none"]);
        var client = Watch("a", "none");
        Feed.TakeUpdate(Said.Error("pipeline_not_found", "none"));
        Assert.Equal((StreamEventKind.Error, PipelineCondition.NotFound), (Take(client) is var told ? told.Kind : default, told.Record!.Condition));

        Connect(Said.Batch(8, "a=active"), ["a", "none"]);
        Feed.TakeUpdate(Said.Error("pipeline_not_found", "none"));
        Lease(seconds: 13, sequence: 8);

        Assert.False(client.TryTake(out _));
        Assert.Equal("a=Active", Text(Broadcaster.Subscribe(["a", "none"]).Begin()));
    }

    [Fact]
    public void APipelineThatIsNotReadIsRefusedHereToo()
    {
        Connect(Said.Batch(7, "a=active"), ["a", "b"]);
        var client = Watch("a", "b");

        Feed.TakeUpdate(Said.Error("too_many_pipelines", "b"));

        Assert.Equal(PipelineCondition.BeyondWatched, Take(client).Record!.Condition);
    }

    [Fact]
    public void FieldsFollowTheirMergePatches()
    {
        Connect(Said.Batch(7, "a=active") with { Updates = [new UpstreamItem("a", "active", Said.Fields("""{"lag":3,"rows":5}"""))] }, ["a"]);
        var client = Broadcaster.Subscribe(["a"], wantsFields: true);
        client.Begin();

        Feed.TakeUpdate(Said.FieldsUpdate(8, "a", """{"lag":4}"""));
        Assert.Equal(("lag=4 rows=5", FieldsPart.Changed), (Fields(Take(client), out var part), part));

        Feed.TakeUpdate(Said.Update(9, "a", "paused", """{"rows":null}"""));
        Assert.Equal(("lag=4 rows=", FieldsPart.Changed), (Fields(Take(client), out part), part));
    }

    [Fact]
    public async Task APollIsFreshWhileWhatItAsksForIsLeasedAndNotAfter()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        Lease(seconds: 5);

        Clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.True(Assert.Single(await Broadcaster.PollAsync(["a"], CancellationToken.None)).IsFresh);

        Clock.Advance(TimeSpan.FromSeconds(1));
        var waiting = Broadcaster.PollAsync(["a"], CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        Clock.Advance(Broadcaster.PollPatience);
        Assert.False(Assert.Single(await waiting.Soon()).IsFresh);
    }

    /// <summary>As of a backend whose reads fail.</summary>
    [Fact]
    public async Task WhileUpstreamIsLostAPollWaitsForNothing()
    {
        var waiting = Broadcaster.PollAsync(["a"], CancellationToken.None);
        Feed.Lose();
        Assert.False(waiting.IsCompleted);
        Feed.Lose();

        Assert.False(Assert.Single(await waiting.Soon()).IsFresh);
        Assert.Equal(0, Broadcaster.WaitingPolls);
        Assert.True(Broadcaster.PollAsync(["a"], CancellationToken.None).IsCompletedSuccessfully);
    }
}
