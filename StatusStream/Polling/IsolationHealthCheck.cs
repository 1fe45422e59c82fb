using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>Degraded, not dead, while the replica serves its own clients alone: it answers all the same.</summary>
internal sealed class IsolationHealthCheck(PollingState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            state.IsIsolated
                ? HealthCheckResult.Degraded(
                    "The loop that replicas share through Redis cannot be relied on (the log says why): this replica polls for its own clients.")
                : HealthCheckResult.Healthy());
}
