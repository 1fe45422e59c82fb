using System.Globalization;
using System.Security.Cryptography;

namespace PipelineAspire.StatusStream.Fuzz.Tests.Fuzzing;

/// <summary>How much is fuzzed, and with which numbers: <c>FUZZ_SEED</c> and <c>FUZZ_SECONDS</c> of the environment.</summary>
internal static class FuzzSettings
{
    private const int DefaultSeconds = 20;

    /// <summary>Drawn anew for each run, unless it is given.</summary>
    public static readonly int Seed = Read("FUZZ_SEED") ?? RandomNumberGenerator.GetInt32(1, 1_000_000);

    /// <summary>How long each server is fuzzed.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(Read("FUZZ_SECONDS") ?? DefaultSeconds);

    private static int? Read(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
