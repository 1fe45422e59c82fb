using PipelineAspire.Web.Pipelines;

namespace PipelineAspire.Web.Demo;

/// <summary>What the fake backend's values mean, by the table that everybody reads them by.</summary>
internal static class BackendValues
{
    private static readonly Dictionary<string, string> Table = new(StringComparer.OrdinalIgnoreCase)
    {
        ["running"] = "active",
        ["active"] = "active",
        ["created"] = "starting",
        ["deploying"] = "starting",
        ["pausing"] = "pausing",
        ["paused"] = "paused",
        ["resuming"] = "resuming",
        ["stopping"] = "stopping",
        ["stopped"] = "stopped",
        ["deleted"] = "stopped",
        ["terminating"] = "terminating",
        ["deleting"] = "terminating",
        ["terminated"] = "terminated",
        ["failed"] = "failed",
        ["error"] = "failed",
        ["deploy_failed"] = "failed",
        ["delete_failed"] = "failed",
    };

    public static string Public(string? value) => value is not null && Table.TryGetValue(value.Trim(), out var status) ? status : PublicStatus.Unknown;
}
