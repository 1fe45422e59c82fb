using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PipelineAspire.StatusStream.Diagnostics;

/// <summary>Degraded while a loop in the background stands still.</summary>
internal sealed class BackgroundLoopsHealthCheck(BackgroundLoops loops) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var stalled = loops.Stalled();
        return Task.FromResult(stalled.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(string.Join(' ', stalled.Select(loop =>
                string.Create(CultureInfo.InvariantCulture, $"The loop '{loop.Name}' has stood still for {loop.For.TotalSeconds:0} s.")))));
    }
}
