using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Polling.Pacing;

namespace PipelineAspire.StatusStream.Tests.Polling;

public class PollingHealthTests
{
    private static readonly PollCadence Cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));

    private readonly PollingState _state = new();

    [Fact]
    public async Task ABudgetThatStretchesTheIntervalsIsWellAndSaysByHowMuch()
    {
        var schedule = new PollSchedule(Cadence, new ScheduleLimits { MaxRequestsPerSecond = 10 });
        for (var i = 0; i < 100; i++) schedule.Watch($"p{i}", TimeSpan.Zero);
        _state.Look(schedule, Cadence);

        var result = await BudgetAsync(maxReadsPerSecond: 10);

        Assert.Equal(HealthStatus.Healthy, result.Status);
        Assert.Matches(@"^All intervals are stretched by 5\.\d+, to stay within StatusStream:MaxReadsPerSecond = 10\.$", result.Description);
    }

    [Fact]
    public async Task WithoutAStretchThereIsNothingToSay()
    {
        _state.Look(new PollSchedule(Cadence, new ScheduleLimits()), Cadence);

        Assert.Null((await BudgetAsync(null)).Description);
    }

    [Fact]
    public async Task CredentialsThatTheBackendRefusesAreDegradedUntilItTakesThem()
    {
        var check = new AccessHealthCheck(_state);
        _state.NoteAccess("a", isDenied: true);
        var denied = await check.CheckHealthAsync(new HealthCheckContext());
        _state.NoteAccess("a", isDenied: false);

        Assert.Equal(HealthStatus.Degraded, denied.Status);
        Assert.Contains("PipelineBackend:Headers", denied.Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(new HealthCheckContext())).Status);
    }

    private Task<HealthCheckResult> BudgetAsync(int? maxReadsPerSecond) =>
        new BudgetHealthCheck(_state, Options.Create(new PollingOptions { MaxReadsPerSecond = maxReadsPerSecond })).CheckHealthAsync(new HealthCheckContext());
}
