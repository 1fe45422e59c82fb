using PipelineAspire.StatusStream.Diagnostics;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>Runs what listens to the shared state and what speaks to it.</summary>
internal sealed class SharedWorker(UpdateFeed feed, InterestKeeper interest, TimeProvider timeProvider, ILogger<SharedWorker> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Supervised.RunAsync("updates", feed.RunAsync, timeProvider, logger, stoppingToken),
        Supervised.RunAsync("interest", interest.RunAsync, timeProvider, logger, stoppingToken));
}
