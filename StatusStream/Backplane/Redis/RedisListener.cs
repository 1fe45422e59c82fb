using PipelineAspire.StatusStream.Diagnostics;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>Subscribes at the start, and again whenever a subscription has gone for good: a right that was withdrawn, say, and is back.</summary>
internal sealed class RedisListener(RedisSubscriptions subscriptions, BackgroundLoops loops, TimeProvider timeProvider, ILogger<RedisListener> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private bool _isUnheard;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await subscriptions.ListenAsync();
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.RunAsync("subscriptions", ListenAgainAsync, stoppingToken);

    private async Task ListenAgainAsync(BackgroundLoop loop, CancellationToken cancellationToken)
    {
        while (true)
        {
            loop.Turn(LookEvery);
            await Task.Delay(LookEvery, timeProvider, cancellationToken);
            var unheard = await subscriptions.ListenAgainAsync();
            if (unheard.Count > 0 == _isUnheard) continue;
            _isUnheard = unheard.Count > 0;
            if (_isUnheard) logger.Unheard(string.Join(", ", unheard));
            else logger.HeardAgain();
        }
    }
}
