namespace PipelineAspire.StatusStream.Pipelines;

/// <summary>The public status of a pipeline, as streams and polls tell it.</summary>
internal enum PipelineStatus : byte
{
    Unknown,
    Active,
    Starting,
    Pausing,
    Paused,
    Resuming,
    Stopping,
    Stopped,
    Terminating,
    Terminated,
    Failed,
}

/// <summary>The names of <see cref="PipelineStatus"/> on the wire.</summary>
internal static class PipelineStatuses
{
    private static readonly string[] Names = [.. Enum.GetNames<PipelineStatus>().Select(name => name.ToLowerInvariant())];

    /// <summary>How many statuses there are.</summary>
    public static int Count => Names.Length;

    /// <summary>Every name, in the order of the enum.</summary>
    public static IReadOnlyList<string> AllNames => Names;

    /// <summary>The name on the wire, <c>active</c> for instance.</summary>
    public static string Name(this PipelineStatus status) => Names[(int)status];

    /// <summary>Reads a name on the wire, ignoring case.</summary>
    public static bool TryParse(string? name, out PipelineStatus status)
    {
        var index = Array.FindIndex(Names, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));
        status = index < 0 ? PipelineStatus.Unknown : (PipelineStatus)index;
        return index >= 0;
    }
}
