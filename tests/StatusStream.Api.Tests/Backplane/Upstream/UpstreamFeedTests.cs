using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Backplane.Upstream;

/// <summary>What another hub tells is told here, with its versions: nothing older, and no more than it knows.</summary>
public class UpstreamFeedTests : UpstreamFeedRig
{
    [Fact]
    public void TheFirstBatchIsWhatClientsAreToldWithItsVersion()
    {
        Connect(Said.Batch(7, "a=active b=paused"), ["a", "b", "none"]);

        var batch = Broadcaster.Subscribe(["a", "b", "none"]).Begin();

        Assert.Equal("a=Active b=Paused", Text(batch));
        Assert.Equal(new StatusVersion(Records.Epoch, 7), batch.Version);
    }

    [Fact]
    public void AnUpdateIsPassedOnWithItsVersion()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        var client = Watch("a");

        Feed.TakeUpdate(Said.Update(9, "a", "paused"));

        var update = Take(client);
        Assert.Equal((StreamEventKind.Update, new StatusVersion(Records.Epoch, 9), PipelineStatus.Active), (update.Kind, update.Version, update.PreviousStatus));
    }

    [Fact]
    public void NoIdGoesBackWithinAnEpochThoughAReplicaIsBehind()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);

        Connect(Said.Batch(5, "a=active b=active"), ["a", "b"]);

        Assert.Equal(new StatusVersion(Records.Epoch, 7), Broadcaster.Subscribe(["a"]).Begin().Version);
    }

    [Fact]
    public void AStatusOfANewerHubIsUnknown()
    {
        Connect(Said.Batch(7, "a=hibernating"), ["a"]);

        Assert.Equal("a=Unknown", Text(Broadcaster.Subscribe(["a"]).Begin()));
    }

    [Fact]
    public void APartialBatchConfirmsTheRest()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);
        var client = Watch("a", "b");

        Connect(Said.Batch(9, "b=paused", partial: true), ["a", "b"]);

        Assert.Equal("b=Paused", Text(Take(client)));
        Assert.Equal("a=Active b=Paused", Text(Broadcaster.Subscribe(["a", "b"]).Begin()));
    }

    [Fact]
    public void WhatAFullBatchDoesNotHaveIsKnownNoMore()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);

        Connect(Said.Batch(9, "a=active"), ["a", "b"]);

        Assert.Equal("a=Active", Text(Broadcaster.Subscribe(["a", "b"]).Begin()));
    }

    [Fact]
    public void WhatIsRemovedIsKnownNoMore()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);

        Feed.TakeBatch(Said.Batch(8, "", revision: 1), [], ["b"]);

        Assert.Equal("a=Active", Text(Broadcaster.Subscribe(["a", "b"]).Begin()));
    }

    /// <summary>A hub says what has changed since an id for those that it told up to that id: what a stream that came later was not about is not among them.</summary>
    [Fact]
    public void WhatFollowsByAWatchRequestIsKnownAsOfTheEndOfTheConnectionBefore()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);

        Connect(Said.Batch(20, "", partial: true), ["a"]);

        Assert.Equal((new StatusVersion(Records.Epoch, 7), KnownPipelines.Hash(["b"])), Feed.ResumeOf(["b"]));
    }

    [Fact]
    public void WhatAConnectionEndedBeforeTellingIsNotKnownAsOfItsEnd()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);
        Connect(Said.Batch(20, "", partial: true), ["a"]);

        Feed.Connect([]);

        Assert.Equal((new StatusVersion(Records.Epoch, 20), KnownPipelines.Hash(["a"])), Feed.ResumeOf(["a", "b"]));
    }

    [Fact]
    public void WhatWasBeingAddedOrRemovedIsNotKnownAsOfTheEndOfTheConnection()
    {
        Connect(Said.Batch(7, "a=active b=active"), ["a", "b"]);

        Feed.Connect(unsure: ["b"]);

        Assert.Equal(KnownPipelines.Hash(["a"]), Feed.ResumeOf(["a", "b"])?.Known);
    }

    [Fact]
    public void AConnectionThatFailsLeavesWhatIsKnownAsItIs()
    {
        Connect(Said.Batch(7, "a=active"), ["a"]);
        Feed.Connect([]);
        Feed.Connect([]);

        Assert.Equal((new StatusVersion(Records.Epoch, 7), KnownPipelines.Hash(["a"])), Feed.ResumeOf(["a"]));
    }
}
