using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

public abstract partial class SharedStateContract
{
    [Fact]
    public async Task BeforeTheFirstEpochThereIsNothing() => Assert.Null(await (await ConnectAsync()).State.SnapshotAsync(default));

    [Fact]
    public async Task WhatIsPublishedIsStoredAndHeardInOrderByAnother()
    {
        var other = await ConnectAsync();
        var (poller, epoch) = await HoldAsync("a");
        PipelineRecord failed = new(
            "größe", new StatusVersion(epoch, 3), null, PipelineCondition.Timeout, 5);
        PollUpdate[] updates =
        [
            Examples.Update(epoch, 2, 1, [Examples.Record("orders", epoch, 1), Examples.Record("billing", epoch, 2, PipelineStatus.Failed)]),
            Examples.Update(epoch, 3, 2, [failed], confirmed: ["orders"]),
            Examples.Update(epoch, 3, 3),
        ];

        foreach (var update in updates) Assert.Equal(PublishOutcome.Stored, await poller.State.PublishAsync("a", update, default));

        Assert.Equal((epoch, 0L), await NextBeatAsync(other));
        foreach (var update in updates) Examples.AssertSame(update, await other.HearsUpdateAsync());
        var snapshot = await SnapshotAsync(other);
        Assert.Equal((new StatusVersion(epoch, 3), 3L), (snapshot.Version, snapshot.UpdateNumber));
        var known = snapshot.Known.ToDictionary(pipeline => pipeline.Record.PipelineId, pipeline => pipeline.Record);
        Assert.Equal(3, known.Count);
        Examples.AssertSame(updates[0].Changed[0], known["orders"]);
        Examples.AssertSame(updates[0].Changed[1], known["billing"]);
        Examples.AssertSame(failed, known["größe"]);
    }

    [Fact]
    public async Task ThousandsOfPipelinesFitIntoOneUpdate()
    {
        const int many = 2_000;
        var (poller, epoch) = await HoldAsync("a");
        var changed = Enumerable.Range(1, many).Select(number => Examples.Record($"pipeline-{number}", epoch, number)).ToList();

        Assert.Equal(PublishOutcome.Stored, await poller.State.PublishAsync("a", Examples.Update(epoch, many, 1, changed), default));
        Assert.Equal(
            PublishOutcome.Stored,
            await poller.State.PublishAsync("a", Examples.Update(epoch, many, 2, confirmed: [.. changed.Select(record => record.PipelineId)]), default));

        Assert.Equal(many, (await poller.HearsUpdateAsync()).Changed.Count);
        Assert.Equal(many, (await SnapshotAsync(poller)).Known.Count);
    }

    [Fact]
    public async Task TheFenceRefusesWhoDoesNotHoldTheLease()
    {
        var (holder, epoch) = await HoldAsync("a");
        var late = await ConnectAsync();

        await AssertRefusedAsync(late, "b", epoch, epoch);
        await AssertRefusedAsync(late, "b", StatusVersion.NewEpoch(), epoch);
        await AssertRefusedAsync(late, "a", StatusVersion.NewEpoch(), epoch);
        await AssertHearsNextAsync(holder, holder, "a", epoch);
    }

    [Fact]
    public async Task TheFenceRefusesAnOlderEpochOfTheSameOwner()
    {
        var (holder, before) = await HoldAsync("a");
        var now = StatusVersion.NewEpoch();
        Assert.True(await TakeAsync(holder, "a", now));
        Assert.Equal((now, 0L), await NextBeatAsync(holder));

        await AssertRefusedAsync(holder, "a", before, now);

        await AssertHearsNextAsync(holder, holder, "a", now);
    }

    [Fact]
    public async Task TheFenceRefusesAfterATakeover()
    {
        var (paused, before) = await HoldAsync("a", Short);
        await RunOutAsync(paused, "a", before);
        var (successor, now) = await HoldAsync("b");

        await AssertRefusedAsync(paused, "a", before, now);

        await AssertHearsNextAsync(successor, successor, "b", now);
    }

    [Fact]
    public async Task TheFenceRefusesALeaseThatHasRunOutEvenWithoutASuccessor()
    {
        var (paused, epoch) = await HoldAsync("a", Short);
        await RunOutAsync(paused, "a", epoch);

        await AssertRefusedAsync(paused, "a", epoch, epoch);

        var next = StatusVersion.NewEpoch();
        Assert.True(await TakeAsync(paused, "b", next));
        Assert.Equal((next, 0L), await NextBeatAsync(paused));
    }

    [Fact]
    public async Task RepeatingAStoredUpdateChangesNothingAndIsNotHeardTwice()
    {
        var (poller, epoch) = await HoldAsync("a");
        var first = Examples.Change(epoch, 1, "orders");
        var second = Examples.Change(epoch, 2, "orders", PipelineStatus.Paused);
        await poller.State.PublishAsync("a", first, default);
        await poller.State.PublishAsync("a", second, default);

        // The answers got lost; a repetition that was under way for long arrives last.
        Assert.Equal(PublishOutcome.Stored, await poller.State.PublishAsync("a", second, default));
        Assert.Equal(PublishOutcome.Stored, await poller.State.PublishAsync("a", first, default));

        var snapshot = await SnapshotAsync(poller);
        Assert.Equal((new StatusVersion(epoch, 2), 2L), (snapshot.Version, snapshot.UpdateNumber));
        Examples.AssertSame(second.Changed[0], Assert.Single(snapshot.Known).Record);
        Assert.Equal(PublishOutcome.Stored, await poller.State.PublishAsync("a", Examples.Update(epoch, 2, 3), default));
        for (var beat = 1L; beat <= 3; beat++) Assert.Equal((epoch, beat), await NextBeatAsync(poller));
    }

    [Fact]
    public async Task WhatIsForgottenIsGone()
    {
        var (poller, epoch) = await HoldAsync("a");
        await poller.State.PublishAsync(
            "a", Examples.Update(epoch, 2, 1, [Examples.Record("orders", epoch, 1), Examples.Record("billing", epoch, 2)]), default);

        await poller.State.PublishAsync("a", Examples.Update(epoch, 2, 2, forgotten: ["orders"]), default);

        Assert.Equal("billing", Assert.Single((await SnapshotAsync(poller)).Known).Record.PipelineId);
    }

    [Fact]
    public async Task ASnapshotTellsHowLongAgoEachWasReadByTheServersClock()
    {
        var (poller, epoch) = await HoldAsync("a");
        await poller.State.PublishAsync(
            "a", Examples.Update(epoch, 2, 1, [Examples.Record("orders", epoch, 1), Examples.Record("billing", epoch, 2)]), default);
        await Bounded.UntilAsync(
            "both were read a while ago", async () => (await SnapshotAsync(poller)).Known.All(pipeline => pipeline.Age >= TimeSpan.FromSeconds(1)));

        await poller.State.PublishAsync("a", Examples.Update(epoch, 2, 2, confirmed: ["orders"]), default);

        var ages = (await SnapshotAsync(poller)).Known.ToDictionary(pipeline => pipeline.Record.PipelineId, pipeline => pipeline.Age);
        Assert.InRange(ages["billing"], TimeSpan.FromSeconds(1), Bounded.Patience);
        Assert.True(ages["orders"] < ages["billing"] - TimeSpan.FromMilliseconds(900), $"{ages["orders"]} and {ages["billing"]}");
    }

    [Fact]
    public async Task ASnapshotIsOfOneMoment()
    {
        const int updates = 300;
        var reader = await ConnectAsync();
        var (poller, epoch) = await HoldAsync("a");
        var publishing = PublishAsync();
        var seen = new HashSet<long>();

        while (!publishing.IsCompleted)
        {
            var snapshot = await SnapshotAsync(reader);
            Assert.All(snapshot.Known, pipeline => Assert.Equal(snapshot.Version, pipeline.Record.Version));
            Assert.Equal(snapshot.Version.Sequence, snapshot.UpdateNumber);
            Assert.Equal(snapshot.UpdateNumber == 0 ? 0 : 2, snapshot.Known.Count);
            seen.Add(snapshot.UpdateNumber);
        }

        await publishing;
        Assert.True(seen.Count > 5, $"only {seen.Count} moments were seen");

        async Task PublishAsync()
        {
            for (var beat = 1L; beat <= updates; beat++)
                Assert.Equal(
                    PublishOutcome.Stored,
                    await poller.State.PublishAsync(
                        "a", Examples.Update(epoch, beat, beat, [Examples.Record("orders", epoch, beat), Examples.Record("billing", epoch, beat)]), default));
        }
    }

    /// <summary>The write is refused, and leaves no trace in what is stored.</summary>
    private static async Task AssertRefusedAsync(Connection connection, string owner, ulong epoch, ulong currentEpoch)
    {
        Assert.Equal(PublishOutcome.Refused, await connection.State.PublishAsync(owner, Examples.Change(epoch, 7, "late", PipelineStatus.Failed), default));
        var snapshot = await SnapshotAsync(connection);
        Assert.Equal((new StatusVersion(currentEpoch, 0), 0L), (snapshot.Version, snapshot.UpdateNumber));
        Assert.Empty(snapshot.Known);
    }

    /// <summary>The next that is heard is what the holder publishes now: nothing was heard of what was refused.</summary>
    private static async Task AssertHearsNextAsync(Connection listener, Connection holder, string owner, ulong epoch)
    {
        Assert.Equal(PublishOutcome.Stored, await holder.State.PublishAsync(owner, Examples.Change(epoch, 1, "orders"), default));
        Assert.Equal((epoch, 1L), await NextBeatAsync(listener));
    }
}
