using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Backplane.Upstream;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Requests;
using PipelineAspire.StatusStream.Streaming;

namespace PipelineAspire.StatusStream;

/// <summary>Settings of the hub's sections that it does not have: a misspelt one would be left out in silence.</summary>
internal sealed partial class UnknownSettings(IConfiguration configuration, ILogger<UnknownSettings> logger) : IHostedService
{
    /// <summary>The sections, and what is bound to each. What stands in dictionaries and lists has any name.</summary>
    private static readonly Dictionary<string, Type[]> Sections = new(StringComparer.OrdinalIgnoreCase)
    {
        [PollingOptions.Section] =
            [typeof(PollingOptions), typeof(StreamingOptions), typeof(ReplicaOptions), typeof(RedisBackplaneOptions), typeof(UpstreamOptions), typeof(NotifyOptions)],
        [LimitsOptions.Section] = [typeof(LimitsOptions)],
        [PipelineRightsOptions.Section] = [typeof(PipelineRightsOptions)],
        [PipelineBackendOptions.Section] = [typeof(PipelineBackendOptions)],
        [$"{PipelineBackendOptions.Section}:{nameof(PipelineBackendOptions.Batch)}"] = [typeof(BatchOptions)],
    };

    /// <summary>Their names, with their sections.</summary>
    public static IEnumerable<string> Find(IConfiguration configuration) => Sections.SelectMany(section =>
    {
        var names = section.Value.SelectMany(options => options.GetProperties()).Select(property => property.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return configuration.GetSection(section.Key).GetChildren()
            .Where(setting => !names.Contains(setting.Key) && !Sections.ContainsKey(setting.Path))
            .Select(setting => setting.Path);
    });

    public Task StartAsync(CancellationToken cancellationToken)
    {
        string[] unknown = [.. Find(configuration)];
        if (unknown.Length > 0) LogUnknown(logger, string.Join(", ", unknown));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(111, LogLevel.Warning, "No setting has this name, so it is left out: {Settings}")]
    private static partial void LogUnknown(ILogger logger, string settings);
}
