using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Diagnostics;

/// <summary>Invariant 12: no loop ends, or stands still, in silence.</summary>
public class BackgroundLoopsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeLogger<BackgroundLoops> _logger = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly BackgroundLoops _loops;
    private int _starts;

    public BackgroundLoopsTests() => _loops = Loops.On(_clock, _logger);

    [Fact]
    public async Task ALoopThatFailsIsLoggedWithItsStackAndStartedAgain()
    {
        var running = RunAsync((_, _) => throw new InvalidOperationException("no reason"));

        await StartedAsync(3);

        var record = _logger.Collector.GetSnapshot()[0];
        Assert.Equal(LogLevel.Error, record.Level);
        Assert.IsType<InvalidOperationException>(record.Exception);
        Assert.Contains("'test'", record.Message, StringComparison.Ordinal);
        await EndAsync(running);
    }

    [Fact]
    public async Task ALoopThatEndsByItselfIsMissedAndStartedAgain()
    {
        var running = RunAsync((_, _) => Task.CompletedTask);

        await StartedAsync(2);

        Assert.Equal(LogLevel.Error, _logger.Collector.GetSnapshot()[0].Level);
        await EndAsync(running);
    }

    [Fact]
    public async Task ALoopThatIsAskedToStopIsLeftInPeace()
    {
        var running = RunAsync((_, cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, _clock, cancellationToken));

        await EndAsync(running);

        Assert.Equal(1, _starts);
        Assert.Empty(_logger.Collector.GetSnapshot());
    }

    [Fact]
    public async Task ALoopThatStandsStillShowsInHealthAndOnceInTheLogUntilItGoesOn()
    {
        BackgroundLoop? turning = null;
        var running = RunAsync((loop, cancellationToken) =>
        {
            turning = loop;
            loop.Turn(TimeSpan.FromSeconds(2));
            return Task.Delay(Timeout.InfiniteTimeSpan, _clock, cancellationToken);
        });

        _clock.Advance(TimeSpan.FromSeconds(12));
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync()).Status);
        _clock.Advance(TimeSpan.FromSeconds(1));
        LogTwice();
        Assert.Equal("The loop 'test' has stood still for 11 s.", (await HealthAsync()).Description);
        Assert.Equal(LogLevel.Error, Assert.Single(_logger.Collector.GetSnapshot()).Level);

        turning!.Turn(TimeSpan.FromSeconds(2));
        LogTwice();
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync()).Status);
        Assert.Equal(
            ["The loop 'test' has stood still for 00:00:11", "The loop 'test' goes on"], _logger.Collector.GetSnapshot().Select(record => record.Message));
        await EndAsync(running);
    }

    [Fact]
    public async Task ALoopThatWaitsForWhatMayNeverComeStandsNotStill()
    {
        var running = RunAsync((loop, cancellationToken) =>
        {
            loop.Rest();
            return Task.Delay(Timeout.InfiniteTimeSpan, _clock, cancellationToken);
        });

        _clock.Advance(TimeSpan.FromDays(3));

        Assert.Empty(_loops.Stalled());
        await EndAsync(running);
    }

    [Fact]
    public async Task EveryLoopOfAReplicaIsSupervised()
    {
        await using var api = await RunningApi.StartAsync();

        await Patience.UntilAsync(
            () => api.App.Services.GetRequiredService<BackgroundLoops>().Names.SequenceEqual(["freshness", "heartbeats", "list", "polling", "rights"], StringComparer.Ordinal),
            "all loops run");
    }

    private Task RunAsync(Func<BackgroundLoop, CancellationToken, Task> run) => _loops.RunAsync(
        "test",
        (loop, cancellationToken) =>
        {
            Interlocked.Increment(ref _starts);
            return run(loop, cancellationToken);
        },
        _stop.Token);

    private Task<HealthCheckResult> HealthAsync() => new BackgroundLoopsHealthCheck(_loops).CheckHealthAsync(new HealthCheckContext());

    private void LogTwice()
    {
        _loops.LogStandstills();
        _loops.LogStandstills();
    }

    private Task StartedAsync(int times) => Patience.UntilAsync(
        () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return Volatile.Read(ref _starts) >= times;
        },
        $"{times} starts");

    private async Task EndAsync(Task running)
    {
        await _stop.CancelAsync();
        await running.Soon();
    }
}
