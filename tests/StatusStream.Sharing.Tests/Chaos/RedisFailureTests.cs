using Xunit.Abstractions;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>Redis is killed, stopped, and out of reach for one replica.</summary>
[Collection(SharedSystemCollection.Name)]
public sealed class RedisFailureTests(SharedSystem system, ITestOutputHelper output) : ChaosTest(system, output)
{
    private const int Each = 10;
    private const string Isolated = "polls for its own clients";

    [Fact]
    public async Task WithoutRedisEveryReplicaServesItsClientsAndWithItThereIsOneLoopAgain()
    {
        await GatherAsync(Each);
        await using (Churn())
        {
            var killed = Bounded.Now;
            await Shared.KillRedisAsync();

            var took = await Audience.ChangeAsync(Orders, Seconds(10));
            Say($"Redis gone: all clients were told after {took.TotalSeconds:0.00} s");
            await Bounded.UntilAsync(
                "every replica says that it is isolated",
                () => Task.FromResult(Shared.Replicas.All(replica => replica.Process.Count(Isolated) > 0)),
                Seconds(10));
            Say($"Redis gone: the last replica was isolated after {Bounded.Since(killed).TotalSeconds:0.00} s");

            // Who comes now is served as well.
            await using var late = new Watcher(Shared.Backend, Shared.Addresses, 1);
            await Bounded.UntilAsync("a new client knows the truth", () => Task.FromResult(late.IsRight), Shared.Converged);

            await Shared.StartRedisAsync();
            var (_, after) = await Shared.PollerAsync(Seconds(15));
            Say($"Redis back, empty: one loop again after {after.TotalSeconds:0.00} s");
            took = await Audience.ChangeAsync(Orders, Shared.Converged);
            Say($"Redis back, empty: the next change was told after {took.TotalSeconds:0.00} s");
        }

        await Audience.AssertTrueAsync(Shared.Converged);
        Audience.AssertNoneDropped();
    }

    [Fact]
    public async Task AReplicaThatStartsWhileRedisIsDownServesItsClientsToo()
    {
        const int newcomer = 1;
        await GatherAsync(each: 1);
        await Shared.KillRedisAsync();
        await Shared.Replicas[newcomer].KillAsync();
        var started = Bounded.Now;
        await Shared.Replicas[newcomer].StartAsync();

        await using var early = new Watcher(Shared.Backend, [Shared.Addresses[newcomer]], 0);
        await Bounded.UntilAsync("its client knows the truth", () => Task.FromResult(early.IsRight), Seconds(15));
        Say($"started without Redis: its first client knew the truth {Bounded.Since(started).TotalSeconds:0.00} s after the start");

        await Shared.StartRedisAsync();
        await Shared.PollerAsync(Seconds(15));
        await Audience.ChangeAsync(Orders, Shared.Converged);
        await Bounded.UntilAsync("its client is told as well", () => Task.FromResult(early.IsRight), Shared.Converged);
        await Audience.AssertTrueAsync(Shared.Converged);
        Assert.Empty(early.Violations);
    }

    [Fact]
    public async Task ARedisThatIsStoppedForAMomentCostsAMomentAndNothingElse()
    {
        await GatherAsync(Each);
        await using (Churn())
        {
            Shared.Redis.Pause();
            try
            {
                await Shared.Backend.ChangeAsync(Orders);
                await Bounded.PassAsync(Seconds(3));
            }
            finally
            {
                Shared.Redis.Resume();
            }

            var took = await Audience.ToldAsync(Orders, Shared.Backend[Orders].Latest, Bounded.Now, Seconds(7));
            Say($"Redis stopped for 3 s: all clients were told {took.TotalSeconds:0.00} s after it went on");
        }

        await Audience.AssertTrueAsync(Shared.Converged);
        Audience.AssertNoneDropped();
        await Shared.PollerAsync(Seconds(15));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AReplicaCutOffFromRedisServesItsClientsAndRejoinsWithoutGoingBack(bool isPoller)
    {
        const int cutOff = SharedSystem.Proxied;
        await GatherAsync(Each, poller => (poller == cutOff) == isPoller);
        var isolations = Shared.Replicas[cutOff].Process.Count(Isolated);
        await using (Churn())
        {
            Shared.Proxy.Cut();

            var others = Audience.ChangeAsync(Orders, Seconds(8), of: watcher => watcher.Replica != cutOff);
            var took = await Audience.ToldAsync(Orders, Shared.Backend[Orders].Latest, Bounded.Now, Seconds(10), of: watcher => watcher.Replica == cutOff);
            Say(
                $"{(isPoller ? "poller" : "bystander")} cut off: its clients were told after " +
                $"{took.TotalSeconds:0.00} s, the others' after {(await others).TotalSeconds:0.00} s");
            await Bounded.UntilAsync(
                "it says that it is isolated", () => Task.FromResult(Shared.Replicas[cutOff].Process.Count(Isolated) > isolations), Seconds(10));
            await Audience.ChangeAsync(Orders, Shared.Converged);

            Shared.Proxy.Mend();
            var (_, after) = await Shared.PollerAsync(Seconds(15));
            Say($"let in again: one loop after {after.TotalSeconds:0.00} s");
            await Audience.ChangeAsync(Orders, Shared.Converged);
        }

        await Audience.AssertTrueAsync(Shared.Converged);
        Audience.AssertNoneDropped();
    }
}
