using System.IO.Pipelines;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Diagnostics;

namespace PipelineAspire.StatusStream.Broadcasting;

internal static class BroadcastingSetup
{
    /// <summary>Adds the fan-out of this replica, the backplane's receiver.</summary>
    public static IServiceCollection AddBroadcasting(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<FreshnessHealthCheck>("freshness");
        return services
            .AddSingleton<FreshnessMonitor>()
            .AddLoop<FreshnessMonitor>("freshness", monitor => monitor.RunAsync)
            .AddSingleton<DocumentCache>()
            .AddSingleton<StatusSubscriptions>()
            .AddSingleton<IStatusReceiver>(provider => provider.GetRequiredService<StatusBroadcaster>())
            .AddSingleton(provider =>
            {
                var broadcaster = ActivatorUtilities.CreateInstance<StatusBroadcaster>(provider, PipeScheduler.ThreadPool);
                provider.GetRequiredService<StatusStreamMetrics>().Observe(broadcaster.OldestReadAge, () => broadcaster.StalePipelines);
                return broadcaster;
            });
    }
}
