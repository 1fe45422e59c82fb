using System.Globalization;
using System.Security.Cryptography;

namespace PipelineAspire.StatusStream.Fuzz.Tests.Fuzzing;

/// <summary>
/// How much is fuzzed, and with which numbers: <c>FUZZ_SEED</c> (a number, or <c>random</c>) and <c>FUZZ_SECONDS</c> of the environment.
/// </summary>
internal static class FuzzSettings
{
    private const int DefaultSeconds = 30;
    private const int DefaultSeed = 554_488;
    private const string SeedVariable = "FUZZ_SEED";

    /// <summary>The same for each run of the test command, so that a change is judged by what it changed; new ones are looked for by hand.</summary>
    public static readonly int Seed = Environment.GetEnvironmentVariable(SeedVariable) is "random" ? RandomNumberGenerator.GetInt32(1, 1_000_000) : Read(SeedVariable) ?? DefaultSeed;

    /// <summary>How long each server is fuzzed.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(Read("FUZZ_SECONDS") ?? DefaultSeconds);

    private static int? Read(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
