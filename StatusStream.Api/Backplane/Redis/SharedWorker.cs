namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>Runs what listens to the shared state and what speaks to it.</summary>
internal sealed class SharedWorker(UpdateFeed feed, InterestKeeper interest) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(feed.RunAsync(stoppingToken), interest.RunAsync(stoppingToken));
}
