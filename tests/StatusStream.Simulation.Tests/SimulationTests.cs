using System.Globalization;

namespace PipelineAspire.StatusStream.Simulation.Tests;

/// <summary>
/// The invariants of sharing one loop, in seeded lives of trouble. <c>SIMULATION_SEEDS=10000</c> lives more of them,
/// <c>SIMULATION_SEED=42</c> one alone, with its trace.
/// </summary>
public class SimulationTests
{
    private const int DefaultSeeds = 1000;

    [Fact]
    public void EveryLifeKeepsTheInvariants()
    {
        var seeds = Setting("SIMULATION_SEED") is { } one ? [one] : Enumerable.Range(1, Setting("SIMULATION_SEEDS") ?? DefaultSeeds).ToArray();
        foreach (var seed in seeds)
        {
            var (violations, trace) = new Simulation(seed).Run();
            if (violations.Count == 0) continue;
            var told = seeds.Length == 1 ? "\n" + trace : "";
            Assert.Fail($"Seed {seed} breaks {violations.Count} times, first: {violations[0]}\nRun it alone, with its trace: SIMULATION_SEED={seed} dotnet test tests/StatusStream.Simulation.Tests{told}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(77)]
    public void TheSameSeedLivesTheSameLife(int seed) => Assert.Equal(new Simulation(seed).Run().Trace, new Simulation(seed).Run().Trace);

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
