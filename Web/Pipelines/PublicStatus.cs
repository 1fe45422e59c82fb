using System.Text.RegularExpressions;

namespace PipelineAspire.Web.Pipelines;

/// <summary>The public statuses and pipeline ids, as the pages write them.</summary>
public static partial class PublicStatus
{
    public const string Unknown = "unknown";

    /// <summary>All of them, in the order the pages list them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "failed", "active", "starting", "pausing", "paused", "resuming", "stopping", "stopped", "terminating", "terminated", Unknown,
    ];

    /// <summary>The status if it is one of <see cref="All"/>, else <see cref="Unknown"/>: never guessed.</summary>
    public static string Read(string? status) => status is not null && All.Contains(status) ? status : Unknown;

    public static string Label(string status) => char.ToUpperInvariant(status[0]) + status[1..];

    public static bool IsPipelineId(string id) => id is not ("." or "..") && IdPattern().IsMatch(id);

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex IdPattern();
}
