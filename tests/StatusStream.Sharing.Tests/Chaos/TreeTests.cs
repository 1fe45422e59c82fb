using System.Globalization;
using Xunit.Abstractions;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

/// <summary>
/// Clients two relays away from the replicas, while every kind of node has its turn to go. <c>TREE_CLIENTS</c> (40) and
/// <c>TREE_NODES=all</c> (one of each kind) of the environment make more of it.
/// </summary>
public sealed class TreeTests(TreeSystem tree, ITestOutputHelper output) : ChaosTest(tree, output), IClassFixture<TreeSystem>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(6);

    private static readonly int Clients = int.Parse(Environment.GetEnvironmentVariable("TREE_CLIENTS") ?? "40", CultureInfo.InvariantCulture);

    private static readonly int MostOfAKind = Environment.GetEnvironmentVariable("TREE_NODES") is "all" ? int.MaxValue : 1;

    private IEnumerable<Service> Nodes => tree.Replicas.Take(MostOfAKind).Concat(tree.Relays.Take(MostOfAKind)).Concat(tree.Leaves.Take(MostOfAKind));

    [Fact]
    public async Task NothingIsLostNorGoesBackWhicheverNodeIsKilledPausedOrRestarted()
    {
        Audience.Add([.. tree.Leaves.Select(leaf => leaf.Address)], Clients / tree.Leaves.Count, mayDoubt: true);
        await Audience.AssertTrueAsync(Bounded.Patience);
        await Shared.Backend.ResetStatsAsync();
        var started = Bounded.Now;
        var turns = 0;

        await using (Churn())
        {
            foreach (var node in Nodes)
            {
                foreach (var (name, fault) in Faults)
                {
                    turns++;
                    await fault(node);
                    var took = await Audience.ChangeAsync(Orders, Bounded.Patience);
                    Say($"{node.Address.Port} {name}: everybody was told of the next change after {took.TotalSeconds:0.00} s");
                }
            }
        }

        await Audience.AssertTrueAsync(Shared.Converged);
        await AssertReadOncePerIntervalAsync(started, turns);
        await AssertOneStreamUpstreamAsync();
    }

    private IEnumerable<(string Name, Func<Service, Task> Fault)> Faults =>
    [
        ("killed", async node =>
        {
            await node.KillAsync();
            await node.StartAsync();
        }),
        ("paused", async node =>
        {
            node.Process.Signal("STOP");
            try
            {
                await Bounded.PassAsync(Pause);
            }
            finally
            {
                node.Process.Signal("CONT");
            }
        }),
        ("restarted", async node =>
        {
            node.Process.Signal("TERM");
            await node.EndedAsync();
            await node.StartAsync();
        }),
    ];

    /// <summary>M reads an interval; whoever takes over may read each once more.</summary>
    private async Task AssertReadOncePerIntervalAsync(long started, int turns)
    {
        var reads = (await Shared.Backend.StatsAsync()).Total;
        var expected = Bounded.Since(started) / Shared.Interval * Shared.Backend.PipelineIds.Count;
        Say($"{Audience.Watchers.Count} clients, {turns} turns: {reads} reads where one per pipeline and interval is {expected:0}");
        Assert.InRange(reads, expected * 0.5, (expected * 1.05) + (turns * Shared.Backend.PipelineIds.Count));
    }

    /// <summary>Of relays alone there are streams at the replicas and the relays: clients have theirs at the leaves that are left.</summary>
    private async Task AssertOneStreamUpstreamAsync()
    {
        await Bounded.UntilAsync("each relay has one stream at the replicas", async () =>
            (await StreamsAsync(tree.Replicas)).Sum() == (await StreamsAsync(tree.Relays)).Count(streams => streams > 0));
        await Bounded.UntilAsync("each leaf with clients has one stream at the relays", async () =>
            (await StreamsAsync(tree.Relays)).Sum() == (await StreamsAsync(tree.Leaves)).Count(streams => streams > 0));

        Task<int[]> StreamsAsync(IEnumerable<Service> hubs) => Task.WhenAll(hubs.Select(tree.StreamsAtAsync));
    }
}
