using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Polling;

/// <summary>Well all the same, but says so while the budget of requests stretches the intervals, or the backend answers nothing.</summary>
internal sealed class BudgetHealthCheck(PollingState state, IOptions<PollingOptions> options) : IHealthCheck
{
    private const string Setting = PollingOptions.Section + ":" + nameof(PollingOptions.MaxReadsPerSecond);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HealthCheckResult.Healthy(state.Pace switch
        {
            { IsBackendDown: true } => "The backend answers nothing: one read in a hundred goes on.",
            { Stretch: > 1 } pace => string.Create(
                CultureInfo.InvariantCulture,
                $"All intervals are stretched by {pace.Stretch:0.##}, to stay within {Setting} = {options.Value.MaxReadsPerSecond}."),
            _ => null,
        }));
}
