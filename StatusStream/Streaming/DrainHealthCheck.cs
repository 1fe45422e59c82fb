using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PipelineAspire.StatusStream.Streaming;

/// <summary>Unhealthy while the replica goes away: new streams belong elsewhere.</summary>
internal sealed class DrainHealthCheck(StreamRegistry streams) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(streams.IsDraining ? HealthCheckResult.Unhealthy("The replica is shutting down.") : HealthCheckResult.Healthy());
}
