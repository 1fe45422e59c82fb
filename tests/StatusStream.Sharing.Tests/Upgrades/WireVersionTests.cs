using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Sharing.Tests.InProcess;
using Xunit.Abstractions;

namespace PipelineAspire.StatusStream.Sharing.Tests.Upgrades;

/// <summary>A new version of what is stored and published, rolled out and back under clients who watch.</summary>
public sealed class WireVersionTests(ITestOutputHelper output)
{
    private const int Replicas = 3;
    private const string Next = "v3";

    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ChangeEvery = TimeSpan.FromSeconds(0.25);

    /// <summary>The contract's bound of convergence, and some time for a machine that has much else to do.</summary>
    private static readonly TimeSpan Converged = InProcessReplica.Interval + InProcessReplica.RequestTimeout + TimeSpan.FromSeconds(4);

    [Fact]
    public async Task RollingToAnotherWireVersionAndBackLosesNothingAndKeepsTheOrder()
    {
        await using var fleet = new Fleet(Replicas);
        await fleet.StartAsync(RedisKeys.WireVersion);
        var listeners = Enumerable.Range(0, Replicas * 8).Select(i => new Listener(fleet.Backend, fleet.Addresses, i % Replicas)).ToList();
        try
        {
            await BeRightAsync(listeners);
            await BeOneLoopAsync(fleet, RedisKeys.WireVersion);

            using var enough = new CancellationTokenSource();
            var changing = ChangeAsync(fleet.Backend, enough.Token);
            await fleet.RollAsync(Next, () => Bounded.PassAsync(Alone)); // both versions at work
            await BeOneLoopAsync(fleet, Next);
            await fleet.RollAsync(RedisKeys.WireVersion, () => Bounded.PassAsync(Alone));
            await BeOneLoopAsync(fleet, RedisKeys.WireVersion);
            await enough.CancelAsync();
            var changes = await changing;

            await BeRightAsync(listeners);
            AssertNothingWrongWasTold(listeners);
            AssertToldInTime(listeners, changes);
            AssertOneLoopForEachVersion(fleet.Backend.Reads);
        }
        finally
        {
            foreach (var listener in listeners) await listener.DisposeAsync();
        }
    }

    private static async Task BeRightAsync(List<Listener> listeners)
    {
        try
        {
            await Bounded.UntilAsync("every client believes the truth", () => Task.FromResult(listeners.TrueForAll(listener => listener.IsRight)), Converged);
        }
        catch (TimeoutException)
        {
            Assert.Fail(string.Join('\n', listeners.Where(listener => !listener.IsRight).Select(listener => listener.Wrong())));
        }
    }

    private static Task<TimeSpan> BeOneLoopAsync(Fleet fleet, string version) =>
        Bounded.UntilAsync(
            $"one replica of {version} reads alone", () => Task.FromResult(fleet.Backend.SolePoller(Alone) is { } sole && Fleet.VersionOf(sole) == version));

    private static async Task<List<Change>> ChangeAsync(MemoryBackend backend, CancellationToken enough)
    {
        var changes = new List<Change>();
        using var ticks = new PeriodicTimer(ChangeEvery, TimeProvider.System);
        while (!enough.IsCancellationRequested)
        {
            changes.Add(backend.Change(backend.PipelineIds[changes.Count % backend.PipelineIds.Count]));
            await ticks.WaitForNextTickAsync(CancellationToken.None);
        }

        return changes;
    }

    private static void AssertNothingWrongWasTold(List<Listener> listeners)
    {
        var violations = listeners.SelectMany(listener => listener.Violations).ToList();
        Assert.True(violations.Count == 0, $"{violations.Count} broken promises:\n{string.Join('\n', violations.Take(20))}");
        Assert.DoesNotContain(listeners, listener => listener.Doubts.Count > 0);
    }

    private void AssertToldInTime(List<Listener> listeners, List<Change> changes)
    {
        var slowest = listeners.Max(listener => changes.Max(change => TimeProvider.System.GetElapsedTime(change.At, listener.ToldAt(change)!.Value)));
        var reconnects = listeners.Sum(listener => listener.Losses);
        output.WriteLine(
            $"{changes.Count} changes to {listeners.Count} clients, who reconnected {reconnects} times: the slowest after {slowest.TotalSeconds:0.0} s");
        Assert.True(slowest <= Converged, $"told after {slowest}");
    }

    /// <summary>The readers of a version come one after the other: whoever has been followed by another reads no more.</summary>
    private static void AssertOneLoopForEachVersion(IReadOnlyCollection<Read> reads)
    {
        foreach (var version in reads.GroupBy(read => Fleet.VersionOf(read.Replica)))
        {
            var readers = new List<string>();
            foreach (var read in version.Where(read => read.Replica != readers.LastOrDefault())) readers.Add(read.Replica);
            Assert.Equal(readers.Distinct(), readers);
        }
    }
}
