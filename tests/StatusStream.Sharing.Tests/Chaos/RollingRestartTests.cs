using Xunit.Abstractions;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

[Collection(SharedSystemCollection.Name)]
public sealed class RollingRestartTests(SharedSystem system, ITestOutputHelper output) : ChaosTest(system, output)
{
    [Fact]
    public async Task RestartingAllReplicasOneAfterTheOtherUnderThreeHundredClientsLosesNothing()
    {
        await GatherAsync(each: 100);
        using var over = new CancellationTokenSource();
        var longestGap = LongestGapAsync(over.Token);
        await using (Churn())
        {
            foreach (var replica in Shared.Replicas)
            {
                replica.Process.Signal("TERM");
                Assert.Equal(0, await replica.EndedAsync());
                await replica.StartAsync();
            }

            await Bounded.PassAsync(Seconds(1));
        }

        await over.CancelAsync();
        await Audience.AssertTrueAsync(Shared.Converged);
        var gap = await longestGap;
        Say(
            $"rolling restart under 300 clients: no pipeline was unread for longer than {gap.TotalSeconds:0.00} " +
            $"s; {Audience.Watchers.Sum(watcher => watcher.Losses)} reconnects");
        Assert.True(gap < Seconds(2), $"unread for {gap}");
    }

    /// <summary>The longest time in which the count of some pipeline's reads did not move.</summary>
    private async Task<TimeSpan> LongestGapAsync(CancellationToken over)
    {
        var longest = TimeSpan.Zero;
        var last = Shared.Backend.PipelineIds.ToDictionary(id => id, _ => (Reads: -1L, At: Bounded.Now));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (!over.IsCancellationRequested)
        {
            var stats = await Shared.Backend.StatsAsync();
            foreach (var pipelineId in Shared.Backend.PipelineIds)
            {
                var gap = Bounded.Since(last[pipelineId].At);
                if (gap > longest) longest = gap;
                var reads = stats.Pipelines.GetValueOrDefault(pipelineId);
                if (reads != last[pipelineId].Reads) last[pipelineId] = (reads, Bounded.Now);
            }

            await ticks.WaitForNextTickAsync(CancellationToken.None);
        }

        return longest;
    }
}
