using PipelineAspire.StatusStream.Diagnostics;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>Looks twice a second whether everything that streams were told is still confirmed, and says so when it is not.</summary>
internal sealed class FreshnessMonitor(StatusBroadcaster broadcaster, TimeProvider timeProvider, ILogger<FreshnessMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(0.5);

    private bool _isStalled;

    /// <summary>Looks once.</summary>
    internal void Look()
    {
        broadcaster.CheckFreshness();
        var stale = broadcaster.StalePipelines;
        if (stale > 0 == _isStalled) return;
        _isStalled = stale > 0;
        if (_isStalled) logger.StallBegan(stale);
        else logger.StallEnded();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Supervised.RunAsync("freshness", LookForeverAsync, timeProvider, logger, stoppingToken);

    private async Task LookForeverAsync(CancellationToken cancellationToken)
    {
        using var ticks = new PeriodicTimer(LookEvery, timeProvider);
        while (await ticks.WaitForNextTickAsync(cancellationToken)) Look();
    }
}
