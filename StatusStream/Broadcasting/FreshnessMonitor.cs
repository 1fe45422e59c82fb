using PipelineAspire.StatusStream.Diagnostics;

namespace PipelineAspire.StatusStream.Broadcasting;

/// <summary>
/// Looks twice a second whether everything that streams were told is still confirmed, and whether the loops in the background still
/// turn; says so when it is not so.
/// </summary>
internal sealed class FreshnessMonitor(StatusBroadcaster broadcaster, BackgroundLoops loops, TimeProvider timeProvider, ILogger<FreshnessMonitor> logger)
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

    /// <summary>Looks until cancelled.</summary>
    internal async Task RunAsync(BackgroundLoop loop, CancellationToken cancellationToken)
    {
        var lookedAt = timeProvider.GetTimestamp();
        while (true)
        {
            loop.Turn(LookEvery);
            Look();

            // The whole process may have stood still, and then no single loop did.
            if (timeProvider.GetElapsedTime(lookedAt) < LookEvery * 4) loops.LogStandstills();
            lookedAt = timeProvider.GetTimestamp();
            await Task.Delay(LookEvery, timeProvider, cancellationToken);
        }
    }
}
