using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

/// <summary>Degraded, not dead, while the hub upstream cannot be heard: what it told is passed on for as long as it is confirmed.</summary>
internal sealed class UpstreamHealthCheck(UpstreamState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state.Loss is { } loss
            ? HealthCheckResult.Degraded(string.Create(
                CultureInfo.InvariantCulture, $"The hub upstream has not been heard for {loss.For.TotalSeconds:0} s: {loss.Reason}."))
            : HealthCheckResult.Healthy());
}
