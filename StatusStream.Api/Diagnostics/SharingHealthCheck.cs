using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PipelineAspire.StatusStream.Diagnostics;

/// <summary>Degraded, not dead, while the replica serves its own clients alone: it answers all the same.</summary>
internal sealed class SharingHealthCheck(StatusStreamMetrics metrics) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(metrics.IsIsolated ? HealthCheckResult.Degraded("Redis is out of reach: this replica polls for its own clients.") : HealthCheckResult.Healthy());
}
