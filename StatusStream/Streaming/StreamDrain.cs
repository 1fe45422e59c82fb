namespace PipelineAspire.StatusStream.Streaming;

/// <summary>Ends the streams before the server stops: it would wait for them.</summary>
internal sealed class StreamDrain(StreamRegistry streams) : IHostedLifecycleService
{
    public Task StoppingAsync(CancellationToken cancellationToken) => streams.DrainAsync(cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
