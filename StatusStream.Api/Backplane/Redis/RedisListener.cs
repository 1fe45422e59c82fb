namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>Subscribes once, at the start.</summary>
internal sealed class RedisListener(RedisSharedState state) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => state.ListenAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
