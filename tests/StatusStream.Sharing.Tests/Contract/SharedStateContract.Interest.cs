using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Sharing;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

public abstract partial class SharedStateContract
{
    [Fact]
    public async Task WhatAnyReplicaWatchesIsWatchedForAsLongAsItSays()
    {
        var one = await ConnectAsync();
        var other = await ConnectAsync();

        await one.State.AnnounceAsync([("orders", Long), ("billing", Long / 2)], [], default);
        await other.State.AnnounceAsync([("invoices", Long)], [], default);

        var watched = await WatchedAsync(one);
        Assert.Equal(["billing", "invoices", "orders"], watched.Keys.Order(StringComparer.Ordinal));
        Assert.InRange(watched["orders"], Long * 0.75, Long);
        Assert.InRange(watched["billing"], Long * 0.25, Long / 2);
    }

    [Fact]
    public async Task AnInterestIsProlongedButNeverMadeShorter()
    {
        var one = await ConnectAsync();
        await one.State.AnnounceAsync([("orders", Long), ("billing", Long / 10)], [], default);

        await one.State.AnnounceAsync([("orders", Long / 10), ("billing", Long)], [], default);

        var watched = await WatchedAsync(one);
        Assert.InRange(watched["orders"], Long / 2, Long);
        Assert.InRange(watched["billing"], Long / 2, Long);
    }

    [Fact]
    public async Task AnInterestRunsOutByTheServersClock()
    {
        var one = await ConnectAsync();
        var said = Bounded.Now;
        await one.State.AnnounceAsync([("orders", Short), ("billing", Long)], [], default);

        await Bounded.UntilAsync("the interest has run out", async () => !(await WatchedAsync(one)).ContainsKey("orders"));

        Assert.True(Bounded.Since(said) >= Short - TimeSpan.FromMilliseconds(2), $"after {Bounded.Since(said)}");
        Assert.Equal("billing", Assert.Single(await WatchedAsync(one)).Key);
    }

    [Fact]
    public async Task NewInterestIsHeardAndThatOfBeforeIsNot()
    {
        var poller = await ConnectAsync();
        var other = await ConnectAsync();

        await other.State.AnnounceAsync([("orders", Long)], [], default);
        await other.State.AnnounceAsync([("orders", Long), ("size-2", Long)], ["size-2"], default);

        var request = await poller.HearsRequestAsync();
        Assert.Equal(["size-2"], request.Watched);
        Assert.Empty(request.RefreshRequested);
    }

    [Fact]
    public async Task ACallToLookNowIsHeardByEverybodyTheCallerIncluded()
    {
        var poller = await ConnectAsync();
        var caller = await ConnectAsync();

        await caller.State.NotifyAsync(["orders", "billing"], default);

        foreach (var replica in (Connection[])[poller, caller])
        {
            var request = await replica.HearsRequestAsync();
            Assert.Empty(request.Watched);
            Assert.Equal(["orders", "billing"], request.RefreshRequested);
        }
    }

    [Fact]
    public async Task ThousandsAreAnnouncedAtOnce()
    {
        const int many = 2_000;
        var one = await ConnectAsync();

        await one.State.AnnounceAsync(
            [.. Enumerable.Range(0, many).Select(number => ($"pipeline-{number}", Long))],
            [.. Enumerable.Range(0, many).Select(number => $"pipeline-{number}")],
            default);

        Assert.Equal(many, (await one.HearsRequestAsync()).Watched.Count);
        Assert.Equal(many, (await WatchedAsync(one)).Count);
    }

    [Fact]
    public async Task APipelineIsVisibleWhenAnyReplicaHasItOnAScreenAndWatchedForTheLongestThatAnySays()
    {
        var one = await ConnectAsync();
        var other = await ConnectAsync();
        await one.State.AnnounceAsync(
            [new WatchedPipeline("hidden", Long, IsVisible: false), new WatchedPipeline("shown", Long, IsVisible: false)], Nothing, default);
        await other.State.AnnounceAsync([("shown", Long / 10)], [], default);

        var watched = (await one.State.GetWatchedAsync(default)).ToDictionary(pipeline => pipeline.PipelineId, StringComparer.Ordinal);

        Assert.Equal((false, true, 2), (watched["hidden"].IsVisible, watched["shown"].IsVisible, watched.Count));
        Assert.InRange(watched["hidden"].Remaining!.Value, Long / 2, Long);
        Assert.InRange(watched["shown"].Remaining!.Value, Long / 2, Long);
    }

    [Fact]
    public async Task WhatIsNoLongerOnAnyScreenIsInTheBackgroundOnceThatHasRunOut()
    {
        var one = await ConnectAsync();
        await one.State.AnnounceAsync([("orders", Short)], [], default);
        await one.State.AnnounceAsync([new WatchedPipeline("orders", Long, IsVisible: false)], Nothing, default);
        Assert.True(Assert.Single(await one.State.GetWatchedAsync(default)).IsVisible);

        await Bounded.UntilAsync("it is on no screen", async () => !Assert.Single(await one.State.GetWatchedAsync(default)).IsVisible);
    }

    [Fact]
    public async Task ADocumentIsWantedForAsLongAsAnybodySaysAndThePipelineForAsLongAsItIsWatched()
    {
        var one = await ConnectAsync();
        var other = await ConnectAsync();
        await one.State.AnnounceAsync([new WatchedPipeline("orders", Long, DocumentFor: Short), new WatchedPipeline("billing", Long)], Nothing, default);
        await other.State.AnnounceAsync([new WatchedPipeline("orders", Long, DocumentFor: Short / 10)], Nothing, default);
        var watched = await one.State.GetWatchedAsync(default);
        Assert.Equal(TimeSpan.Zero, watched.Single(pipeline => pipeline.PipelineId == "billing").DocumentFor);
        Assert.InRange(watched.Single(pipeline => pipeline.PipelineId == "orders").DocumentFor, TimeSpan.FromMilliseconds(1), Short);

        await Bounded.UntilAsync(
            "nobody wants it", async () => (await other.State.GetWatchedAsync(default)).All(pipeline => pipeline.DocumentFor == TimeSpan.Zero));

        Assert.Equal(2, (await WatchedAsync(one)).Count);
    }

    [Fact]
    public async Task WhoeverPollsHearsWhoseDocumentsAreWanted()
    {
        var poller = await ConnectAsync();
        var other = await ConnectAsync();

        await other.State.AnnounceAsync(
            [new WatchedPipeline("orders", Long, DocumentFor: Long)], new PollRequest([], []) { Documents = ["orders"] }, default);

        var request = await poller.HearsRequestAsync();
        Assert.Equal(["orders"], request.Documents);
        Assert.Empty(request.Watched);
    }

    private static PollRequest Nothing => new([], []);

    private static async Task<Dictionary<string, TimeSpan>> WatchedAsync(Connection connection)
    {
        var watched = await connection.State.GetWatchedAsync(default);
        Assert.All(watched, pipeline => Assert.NotNull(pipeline.Remaining));
        return watched.ToDictionary(pipeline => pipeline.PipelineId, pipeline => pipeline.Remaining!.Value, StringComparer.Ordinal);
    }
}
