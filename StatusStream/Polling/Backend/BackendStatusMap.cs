using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling.Backend;

/// <summary>From what a backend says to the public status. What is not in the table is unknown, never guessed.</summary>
internal sealed class BackendStatusMap
{
    private const int MaxLoggedValues = 1000;
    private const int LongestLogged = 100;

    private static readonly Dictionary<string, PipelineStatus> Defaults = new(StringComparer.OrdinalIgnoreCase)
    {
        ["running"] = PipelineStatus.Active,
        ["active"] = PipelineStatus.Active,
        ["created"] = PipelineStatus.Starting,
        ["deploying"] = PipelineStatus.Starting,
        ["pausing"] = PipelineStatus.Pausing,
        ["paused"] = PipelineStatus.Paused,
        ["resuming"] = PipelineStatus.Resuming,
        ["stopping"] = PipelineStatus.Stopping,
        ["stopped"] = PipelineStatus.Stopped,
        ["deleted"] = PipelineStatus.Stopped,
        ["terminating"] = PipelineStatus.Terminating,
        ["deleting"] = PipelineStatus.Terminating,
        ["terminated"] = PipelineStatus.Terminated,
        ["failed"] = PipelineStatus.Failed,
        ["error"] = PipelineStatus.Failed,
        ["deploy_failed"] = PipelineStatus.Failed,
        ["delete_failed"] = PipelineStatus.Failed,
    };

    private readonly FrozenDictionary<string, PipelineStatus> _map;
    private readonly ConcurrentDictionary<string, bool> _logged = new(StringComparer.OrdinalIgnoreCase);
    private readonly ILogger<BackendStatusMap> _logger;

    public BackendStatusMap(IOptions<PipelineBackendOptions> options, ILogger<BackendStatusMap> logger)
    {
        var map = new Dictionary<string, PipelineStatus>(Defaults, StringComparer.OrdinalIgnoreCase);
        foreach (var (value, name) in options.Value.StatusMap)
        {
            if (PipelineStatuses.TryParse(name, out var status)) map[value] = status;
        }

        _map = map.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _logger = logger;
    }

    /// <summary>The public status for a backend's value; one that is not in the table is logged the first time, unless there is none.</summary>
    public PipelineStatus Translate(string? value)
    {
        var trimmed = value?.Trim() ?? "";
        if (_map.TryGetValue(trimmed, out var status)) return status;
        var shown = trimmed.Length <= LongestLogged ? trimmed : $"{trimmed[..LongestLogged]}…";
        if (value is not null && _logged.Count < MaxLoggedValues && _logged.TryAdd(shown, true)) _logger.UnknownBackendStatus(shown);
        return PipelineStatus.Unknown;
    }
}
