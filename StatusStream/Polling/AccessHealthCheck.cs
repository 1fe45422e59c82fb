using Microsoft.Extensions.Diagnostics.HealthChecks;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>Degraded while the backend refuses the credentials of this hub: only a person can mend that.</summary>
internal sealed class AccessHealthCheck(PollingState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state.Denied is > 0 and var denied
            ? HealthCheckResult.Degraded(
                $"The backend refuses this hub's credentials for {denied} pipelines (401 or 403): see {PipelineBackendOptions.Section}:Headers.")
            : HealthCheckResult.Healthy());
}
