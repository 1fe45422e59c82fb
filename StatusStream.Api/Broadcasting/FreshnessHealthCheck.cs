using Microsoft.Extensions.Diagnostics.HealthChecks;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>Degraded while some pipeline has not been read, well or not, for longer than any read may take.</summary>
internal sealed class FreshnessHealthCheck(StatusBroadcaster broadcaster, PollCadence cadence) : IHealthCheck
{
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(60);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var isLate = broadcaster.OldestReadAge() > cadence.FreshFor + cadence.RequestTimeout + LongestRetryAfter;
        return Task.FromResult(isLate ? HealthCheckResult.Degraded("Some pipelines have not been read for too long.") : HealthCheckResult.Healthy());
    }
}
