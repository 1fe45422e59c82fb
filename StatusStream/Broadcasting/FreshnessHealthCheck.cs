using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>Degraded while something that open streams were told cannot be confirmed.</summary>
internal sealed class FreshnessHealthCheck(StatusBroadcaster broadcaster, PollCadence cadence) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var stale = broadcaster.StalePipelines;
        return Task.FromResult(stale == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(string.Create(
                CultureInfo.InvariantCulture,
                $"{stale} watched pipelines have not been confirmed by a read for more than {cadence.FreshnessBound(cadence.Interval).TotalSeconds:0.#} s.")));
    }
}
