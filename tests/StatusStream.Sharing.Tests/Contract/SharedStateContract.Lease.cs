using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

public abstract partial class SharedStateContract
{
    [Fact]
    public async Task TheLeaseIsExclusiveAndTheOthersAreToldHowLongItHolds()
    {
        await HoldAsync("a");
        var other = await ConnectAsync();

        var answer = await other.State.TryAcquireAsync("b", StatusVersion.NewEpoch(), Long, default);

        Assert.False(answer.IsGranted);
        Assert.InRange(answer.Remaining, Long / 2, Long);
    }

    [Fact]
    public async Task OfManyWhoAskAtOnceOneGetsTheLease()
    {
        var connections = new List<Connection>();
        while (connections.Count < 6) connections.Add(await ConnectAsync());

        var granted = await Task.WhenAll(connections.Select((connection, number) => TakeAsync(connection, $"replica-{number}", StatusVersion.NewEpoch())));

        Assert.Single(granted, isGranted => isGranted);
    }

    [Fact]
    public async Task ANameThatBeginsLikeTheHoldersIsAnotherOwner()
    {
        await HoldAsync("replica-1");
        var other = await ConnectAsync();

        Assert.False(await TakeAsync(other, "replica-12", StatusVersion.NewEpoch()));
        Assert.False(await TakeAsync(other, "replica-", StatusVersion.NewEpoch()));
    }

    [Fact]
    public async Task TheLeaseIsTakenOverOnceItHasRunOutAndNotBefore()
    {
        var other = await ConnectAsync();
        var holder = await ConnectAsync();
        var asked = Bounded.Now;
        Assert.True(await TakeAsync(holder, "a", StatusVersion.NewEpoch(), Short));

        await Bounded.UntilAsync("the lease is taken over", () => TakeAsync(other, "b", StatusVersion.NewEpoch()));

        // Two clocks tick in whole milliseconds.
        Assert.True(Bounded.Since(asked) >= Short - TimeSpan.FromMilliseconds(2), $"after {Bounded.Since(asked)}");
    }

    [Fact]
    public async Task ALeaseGivenBackIsFreeAtOnceAndTheOthersHearSo()
    {
        var (holder, epoch) = await HoldAsync("a");
        var other = await ConnectAsync();

        await holder.State.ReleaseAsync("a", epoch, default);

        await other.HearsLeaseFreed;
        Assert.True(await TakeAsync(other, "b", StatusVersion.NewEpoch()));
    }

    [Fact]
    public async Task TheEpochsBeforeTheNewestAreRememberedAndNoOthers()
    {
        var (holder, first) = await HoldAsync("a");
        await holder.State.ReleaseAsync("a", first, default);
        var (next, second) = await HoldAsync("b");
        await next.State.ReleaseAsync("b", second, default);
        var (last, _) = await HoldAsync("c");

        Assert.True((await SnapshotAsync(last)).PastEpochs.SetEquals([first, second]));
    }

    [Fact]
    public async Task NobodyCanGiveBackALeaseThatIsNotTheirs()
    {
        var (holder, epoch) = await HoldAsync("a");

        await holder.State.ReleaseAsync("b", epoch, default);
        await holder.State.ReleaseAsync("a", epoch + 1, default);

        Assert.False(await TakeAsync(holder, "b", StatusVersion.NewEpoch()));
        Assert.True(await holder.State.RenewAsync("a", epoch, Long, default));
    }

    [Fact]
    public async Task AnOwnerWhoseAnswerGotLostTakesTheLeaseAgainWithANewEpoch()
    {
        var (holder, lost) = await HoldAsync("a");
        var again = StatusVersion.NewEpoch();

        Assert.True(await TakeAsync(holder, "a", again));

        Assert.Equal(again, (await SnapshotAsync(holder)).Version.Epoch);
        Assert.False(await holder.State.RenewAsync("a", lost, Long, default));
        Assert.True(await holder.State.RenewAsync("a", again, Long, default));
    }

    [Fact]
    public async Task TakingTheLeaseBeginsItsEpochForEverybody()
    {
        var other = await ConnectAsync();
        var (_, epoch) = await HoldAsync("a");

        var first = await other.HearsUpdateAsync();
        Assert.Equal((new StatusVersion(epoch, 0), 0L, true), (first.Version, first.UpdateNumber, first.IsEmpty));
        var snapshot = await SnapshotAsync(other);
        Assert.Equal((new StatusVersion(epoch, 0), 0L), (snapshot.Version, snapshot.UpdateNumber));
    }

    [Fact]
    public async Task ARefusedTakeoverBeginsNothing()
    {
        var (holder, epoch) = await HoldAsync("a");

        Assert.False(await TakeAsync(holder, "b", StatusVersion.NewEpoch()));

        Assert.Equal(epoch, (await SnapshotAsync(holder)).Version.Epoch);
        Assert.Equal(PublishOutcome.Stored, await holder.State.PublishAsync("a", Examples.Change(epoch, 1, "orders"), default));
        Assert.Equal((epoch, 1L), await NextBeatAsync(holder));
    }

    [Fact]
    public async Task ANewEpochKeepsTheStatusesOfTheOneBefore()
    {
        var (holder, before) = await HoldAsync("a");
        await holder.State.PublishAsync("a", Examples.Change(before, 1, "orders"), default);
        await holder.State.ReleaseAsync("a", before, default);

        var (successor, now) = await HoldAsync("b");

        var snapshot = await SnapshotAsync(successor);
        Assert.Equal((new StatusVersion(now, 0), 0L), (snapshot.Version, snapshot.UpdateNumber));
        Examples.AssertSame(Examples.Record("orders", before, 1), Assert.Single(snapshot.Known).Record);
    }

    [Fact]
    public async Task RenewingHoldsTheLeaseForLonger()
    {
        var (holder, epoch) = await HoldAsync("a", TimeSpan.FromSeconds(5));

        Assert.True(await holder.State.RenewAsync("a", epoch, Long, default));

        Assert.InRange((await holder.State.TryAcquireAsync("b", StatusVersion.NewEpoch(), Long, default)).Remaining, Long / 2, Long);
    }

    [Fact]
    public async Task OnlyTheHolderOfThisVeryEpochRenews()
    {
        var (holder, epoch) = await HoldAsync("a");

        Assert.False(await holder.State.RenewAsync("a", epoch + 1, Long, default));
        Assert.False(await holder.State.RenewAsync("b", epoch, Long, default));
        Assert.True(await holder.State.RenewAsync("a", epoch, Long, default));
    }

    [Fact]
    public async Task ALeaseThatHasRunOutIsNotRenewedEvenWithoutASuccessor()
    {
        var (holder, epoch) = await HoldAsync("a", Short);

        await RunOutAsync(holder, "a", epoch);

        Assert.False(await holder.State.RenewAsync("a", epoch, Long, default));
    }

    private static async Task<(ulong Epoch, long UpdateNumber)> NextBeatAsync(Connection connection)
    {
        var update = await connection.HearsUpdateAsync();
        return (update.Version.Epoch, update.UpdateNumber);
    }
}
