using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Sharing;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

public abstract partial class SharedStateContract
{
    /// <summary>A call may take one second; the rest is for a machine that has much else to do.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(2.5);

    [Fact]
    public async Task AServerThatForgotItsScriptsIsTaughtThemAgain()
    {
        var (poller, epoch) = await HoldAsync("a");
        var state = poller.State;

        await ForgetScriptsAsync();
        Assert.Equal(PublishOutcome.Stored, await state.PublishAsync("a", Examples.Change(epoch, 1, "orders"), default));
        await ForgetScriptsAsync();
        Assert.True(await state.RenewAsync("a", epoch, Long, default));
        await ForgetScriptsAsync();
        Assert.Equal(1, (await SnapshotAsync(poller)).UpdateNumber);
        await ForgetScriptsAsync();
        await state.AnnounceAsync([("orders", Long)], [], default);
        await ForgetScriptsAsync();
        Assert.Single(await state.GetWatchedAsync(default));
        await ForgetScriptsAsync();
        await state.ReleaseAsync("a", epoch, default);
        await ForgetScriptsAsync();
        Assert.True(await TakeAsync(poller, "b", StatusVersion.NewEpoch()));
    }

    [Fact]
    public async Task TwoPrefixesDoNotMix()
    {
        var (poller, epoch) = await HoldAsync("a");
        var stranger = await ConnectAsync(_prefix + "-other");
        var theirs = StatusVersion.NewEpoch();

        Assert.True(await TakeAsync(stranger, "b", theirs));
        await poller.State.PublishAsync("a", Examples.Change(epoch, 1, "orders"), default);
        await poller.State.AnnounceAsync([("orders", Long)], ["orders"], default);
        await poller.State.NotifyAsync(["orders"], default);
        await stranger.State.NotifyAsync(["billing"], default);

        Assert.Empty((await SnapshotAsync(stranger)).Known);
        Assert.Empty(await stranger.State.GetWatchedAsync(default));
        Assert.Equal(["billing"], (await stranger.HearsRequestAsync()).RefreshRequested);
        Assert.Equal((theirs, 0L), await NextBeatAsync(stranger));
        Assert.Equal((epoch, 1L), await NextBeatAsync(poller));
        Assert.True(stranger.HasHeardAll);
    }

    [Fact]
    public async Task AnEmptiedServerKnowsNoLeaseAndRefusesItsHolder()
    {
        var (holder, epoch) = await HoldAsync("a");
        await holder.State.PublishAsync("a", Examples.Change(epoch, 1, "orders"), default);
        Assert.Equal((epoch, 1L), await NextBeatAsync(holder));

        await ExecuteAsync("FLUSHALL");

        Assert.False(await holder.State.RenewAsync("a", epoch, Long, default));
        Assert.Equal(PublishOutcome.Refused, await holder.State.PublishAsync("a", Examples.Change(epoch, 2, "orders"), default));
        Assert.Null(await holder.State.SnapshotAsync(default));
        var next = StatusVersion.NewEpoch();
        Assert.True(await TakeAsync(holder, "b", next));
        Assert.Equal((next, 0L), await NextBeatAsync(holder));
    }

    [Fact]
    public async Task AReplicaStartsWhileTheServerIsDownAndWorksOnceItIsUp()
    {
        await _server.KillAsync();
        Connection early;
        try
        {
            early = await ConnectUnheardAsync();
            await AssertOutOfReachAsync(early);
        }
        finally
        {
            await _server.StartAsync();
        }

        await AssertWorksAsync(early);
    }

    [Fact]
    public async Task AServerThatIsKilledIsNoticedAndUsedAgainOnceItIsBackEmpty()
    {
        var (holder, epoch) = await HoldAsync("a");
        await _server.KillAsync();
        try
        {
            await holder.HearsInterruption;
            await AssertOutOfReachAsync(holder);
        }
        finally
        {
            await _server.StartAsync();
        }

        await AssertWorksAsync(holder);
        Assert.Equal(PublishOutcome.Refused, await holder.State.PublishAsync("a", Examples.Change(epoch, 1, "orders"), default));
    }

    [Fact]
    public async Task ACallToAPausedServerFailsInTimeAndLaterCallsWork()
    {
        var (holder, _) = await HoldAsync("a");
        _server.Pause();
        try
        {
            await AssertOutOfReachAsync(holder);
        }
        finally
        {
            _server.Resume();
        }

        await AssertWorksAsync(holder);
    }

    /// <summary>Every call says so within its time.</summary>
    private static async Task AssertOutOfReachAsync(Connection connection)
    {
        var state = connection.State;
        Func<Task>[] calls =
        [
            () => state.TryAcquireAsync("x", 1, Long, default),
            () => state.RenewAsync("x", 1, Long, default),
            () => state.ReleaseAsync("x", 1, default),
            () => state.PublishAsync("x", Examples.Change(1, 1, "orders"), default),
            () => state.SnapshotAsync(default),
            () => state.AnnounceAsync([("orders", Long)], [], default),
            () => state.GetWatchedAsync(default),
            () => state.FindDocumentAsync("orders", default),
            () => state.NotifyAsync(["orders"], default),
        ];
        foreach (var call in calls)
        {
            var asked = Bounded.Now;
            await Assert.ThrowsAsync<SharedStateException>(call);
            Assert.True(Bounded.Since(asked) < LongestCall, $"after {Bounded.Since(asked)}");
        }
    }

    /// <summary>It takes the lease, and it hears what another publishes, however long ago it subscribed.</summary>
    private async Task AssertWorksAsync(Connection connection)
    {
        await Bounded.UntilAsync("the server is reached again", async () =>
        {
            try
            {
                await connection.State.GetWatchedAsync(default);
                return true;
            }
            catch (SharedStateException)
            {
                return false;
            }
        });
        var other = await ConnectAsync();
        await connection.ListensAsync(to: other);
        await Bounded.UntilAsync("the lease is taken", () => TakeAsync(other, "a", StatusVersion.NewEpoch()));
    }

    private Task ForgetScriptsAsync() => ExecuteAsync("SCRIPT", "FLUSH");
}
