using System.Text.RegularExpressions;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>What an action may be called.</summary>
internal static partial class ActionName
{
    /// <summary>The rule in words, behind the name of the setting.</summary>
    public const string Rule = "is not the name of an action: 1 to 32 of a-z 0-9 -, the first a letter, and not health, status, notify or stream.";

    /// <summary>What stands behind a pipeline, or in its place, already.</summary>
    private static readonly HashSet<string> Taken = new(["health", "status", "notify", "stream"], StringComparer.Ordinal);

    public static bool IsValid(string name) => !Taken.Contains(name) && Pattern().IsMatch(name);

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,31}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Pattern();
}
