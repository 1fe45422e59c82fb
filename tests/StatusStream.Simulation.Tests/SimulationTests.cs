using System.Globalization;

namespace PipelineAspire.StatusStream.Simulation.Tests;

/// <summary>
/// The invariants of sharing one loop, in seeded lives of trouble. <c>SIMULATION_SEEDS=10000</c> lives more of them,
/// <c>SIMULATION_SEEDS=5001-10000</c> a part, <c>SIMULATION_SEED=42</c> one alone, with its trace.
/// </summary>
public class SimulationTests
{
    private const int DefaultSeeds = 1000;
    private const int DefaultSeedsOfRelays = 400;
    private static readonly string[] Invariants = ["Order", "No hole", "Kill", "Pause", "Convergence", "One loop", "Vouched", "First batch", "Watch requests"];

    /// <summary>Every pipeline at one interval; and batches, paces, hidden pages and a budget.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EveryLifeKeepsTheInvariants(bool isPaced) => Live(isPaced, hasRelays: false, DefaultSeeds);

    /// <summary>Clients come and go at replicas and at relays, two levels deep.</summary>
    [Fact]
    public void EveryLifeWithRelaysKeepsTheInvariants() => Live(isPaced: false, hasRelays: true, DefaultSeedsOfRelays);

    private static void Live(bool isPaced, bool hasRelays, int defaultSeeds)
    {
        var seeds = Seeds(defaultSeeds);
        var checks = new Dictionary<string, long>(StringComparer.Ordinal);
        var broken = new List<string>();
        foreach (var seed in seeds)
        {
            var (violations, trace, checkedHere) = new Simulation(seed, isPaced, hasRelays).Run();
            foreach (var (invariant, count) in checkedHere) checks[invariant] = checks.GetValueOrDefault(invariant) + count;
            if (violations.Count == 0) continue;
            var told = seeds.Count == 1 ? "\n" + trace : "";
            broken.Add($"Seed {seed}{(isPaced ? ", paced," : "")}{(hasRelays ? ", with relays," : "")} breaks {violations.Count} times, first: {violations[0]}{told}");
        }

        Assert.True(broken.Count == 0, string.Join('\n', broken) + "\nRun one alone, with its trace: SIMULATION_SEED=42 dotnet test tests/StatusStream.Simulation.Tests");

        // An invariant that was never put to the test holds in every life.
        if (seeds.Count > 1) Assert.All(Invariants, invariant => Assert.True(checks.GetValueOrDefault(invariant) > 0, $"{invariant} was never checked"));
    }

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(77, true, false)]
    [InlineData(5, false, true)]
    public void TheSameSeedLivesTheSameLife(int seed, bool isPaced, bool hasRelays) =>
        Assert.Equal(new Simulation(seed, isPaced, hasRelays).Run().Trace, new Simulation(seed, isPaced, hasRelays).Run().Trace);

    private static IReadOnlyList<int> Seeds(int defaultSeeds)
    {
        if (Environment.GetEnvironmentVariable("SIMULATION_SEED") is { Length: > 0 } one) return [Number(one)];
        var bounds = (Environment.GetEnvironmentVariable("SIMULATION_SEEDS") ?? "").Split('-', StringSplitOptions.RemoveEmptyEntries);
        var (first, last) = bounds.Length == 2 ? (Number(bounds[0]), Number(bounds[1])) : (1, bounds.Length == 1 ? Number(bounds[0]) : defaultSeeds);
        return [.. Enumerable.Range(first, last - first + 1)];

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
