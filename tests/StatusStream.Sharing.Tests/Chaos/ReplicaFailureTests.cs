using Xunit.Abstractions;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>Replicas are killed, stopped and asked to go.</summary>
[Collection(SharedSystemCollection.Name)]
public sealed class ReplicaFailureTests(SharedSystem system, ITestOutputHelper output) : ChaosTest(system, output)
{
    private const int Each = 10;

    [Fact]
    public async Task WhenThePollerIsKilledTheOthersClientsAreToldWithinEightSeconds()
    {
        var poller = await GatherAsync(Each);
        await using (Churn())
        {
            await Shared.Replicas[poller].KillAsync();

            var took = await Audience.ChangeAsync(Orders, Seconds(8), of: watcher => watcher.Replica != poller);

            Say($"poller killed: the clients of the others were told after {took.TotalSeconds:0.00} s");
        }

        await Audience.AssertTrueAsync(Shared.Converged);
        Audience.AssertNoneDropped(watcher => watcher.Replica != poller);
        Assert.NotEqual(poller, (await Shared.PollerAsync(Bounded.Patience)).Poller);
    }

    [Fact]
    public async Task WhenABystanderIsKilledNobodyElseNotices()
    {
        var poller = await GatherAsync(Each);
        var bystander = (poller + 1) % Shared.Replicas.Count;
        await using (Churn())
        {
            await Shared.Replicas[bystander].KillAsync();

            var took = await Audience.ChangeAsync(Orders, Shared.Converged, of: watcher => watcher.Replica != bystander);

            Say($"bystander killed: the clients of the others were told after {took.TotalSeconds:0.00} s");
        }

        await Audience.AssertTrueAsync(Shared.Converged);
        Audience.AssertNoneDropped(watcher => watcher.Replica != bystander);
        Assert.Equal(poller, (await Shared.PollerAsync(Bounded.Patience)).Poller);
    }

    [Fact]
    public async Task WhenThePollerAndAnotherAreKilledAtOnceTheLastOneGoesOnForAll()
    {
        var poller = await GatherAsync(Each);
        var last = (poller + 1) % Shared.Replicas.Count;
        await using (Churn())
        {
            await Task.WhenAll(
                Enumerable.Range(0, Shared.Replicas.Count).Where(replica => replica != last).Select(replica => Shared.Replicas[replica].KillAsync()));

            var took = await Audience.ChangeAsync(Orders, Seconds(8), of: watcher => watcher.Replica == last);

            Say($"two of three killed: the clients of the last were told after {took.TotalSeconds:0.00} s");
        }

        await Audience.AssertTrueAsync(Shared.Converged);
        Audience.AssertNoneDropped(watcher => watcher.Replica == last);
        Assert.Equal(last, (await Shared.PollerAsync(Bounded.Patience)).Poller);
    }

    [Fact]
    public async Task WhenThePollerIsStoppedPastItsLeaseAndGoesOnNothingGoesBack()
    {
        var poller = await GatherAsync(Each);
        var paused = Shared.Replicas[poller].Process;
        var rejectedBefore = paused.Count("was rejected");
        var endedBefore = paused.Count("Polling is no longer this replica's");
        await Shared.Backend.SetLatencyAsync(Seconds(0.1)); // reads are under way whenever it is stopped
        await using (Churn())
        {
            await Bounded.PassAsync(Shared.Interval * 2);
            var stopped = Bounded.Now;
            long wentOn;
            paused.Signal("STOP");
            try
            {
                var took = await Audience.ChangeAsync(Orders, Seconds(8), of: watcher => watcher.Replica != poller);
                Say($"poller stopped: the clients of the others were told after {took.TotalSeconds:0.00} s");
                await Bounded.PassAsync(Seconds(8) - Bounded.Since(stopped));
            }
            finally
            {
                wentOn = Bounded.Now;
                paused.Signal("CONT");
            }

            var caughtUp = await Audience.ToldAsync(Orders, Shared.Backend[Orders].Latest, wentOn, Shared.Converged);
            Say($"poller went on after 8 s: its clients were told after {caughtUp.TotalSeconds:0.00} s");
            await Audience.ChangeAsync(Orders, Shared.Converged);
        }

        await Audience.AssertTrueAsync(Shared.Converged);
        Audience.AssertNoneDropped();
        // it may serve its own clients for a moment, if its Redis connection broke meanwhile
        Assert.NotEqual(0, paused.Count("Polling is no longer this replica's") - endedBefore);
        Assert.NotEqual(poller, (await Shared.PollerAsync(Bounded.Patience)).Poller);
        Say($"late writes rejected: {paused.Count("was rejected") - rejectedBefore}; the reads of the lost term abandoned otherwise");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhenABystanderAloneOrWithThePollerIsStoppedAndGoesOnNothingGoesBack(bool withPoller)
    {
        var poller = await GatherAsync(Each);
        var bystander = (poller + 1) % Shared.Replicas.Count;
        int[] stopped = withPoller ? [poller, bystander] : [bystander];
        await using (Churn())
        {
            await Bounded.PassAsync(Shared.Interval * 2);
            var since = Bounded.Now;
            try
            {
                foreach (var replica in stopped) Shared.Replicas[replica].Process.Signal("STOP");
                var took = await Audience.ChangeAsync(Orders, Seconds(8), of: watcher => !stopped.Contains(watcher.Replica));
                Say($"{(withPoller ? "poller and bystander" : "bystander")} stopped: the clients of the others were told after {took.TotalSeconds:0.00} s");
                await Bounded.PassAsync(Seconds(7) - Bounded.Since(since));
            }
            finally
            {
                foreach (var replica in stopped) Shared.Replicas[replica].Process.Signal("CONT");
            }

            await Audience.ChangeAsync(Orders, Shared.Converged);
        }

        await Audience.AssertTrueAsync(Shared.Converged);
        Audience.AssertNoneDropped();
    }

    [Fact]
    public async Task APollerThatIsAskedToGoHandsOverAtOnce()
    {
        var poller = await GatherAsync(Each);
        await using (Churn())
        {
            var asked = Bounded.Now;
            Shared.Replicas[poller].Process.Signal("TERM");

            var took = await Audience.ChangeAsync(Orders, Seconds(2.5), of: watcher => watcher.Replica != poller);

            Assert.Equal(0, await Shared.Replicas[poller].EndedAsync());
            var gone = Bounded.Since(asked);
            Say($"poller asked to go: the clients of the others were told after {took.TotalSeconds:0.00} s, and it was gone after {gone.TotalSeconds:0.00} s");
            Assert.True(gone < Seconds(5), $"gone after {gone}");
        }

        await Audience.AssertTrueAsync(Shared.Converged);
        Audience.AssertNoneDropped(watcher => watcher.Replica != poller);
    }
}
