namespace PipelineAspire.DemoIdentity.Tests.Hosting;

/// <summary>A provider for all tests of a class that leave nothing behind in it, and its clock alone.</summary>
public sealed class SharedIdentity : IAsyncLifetime
{
    internal RunningIdentity Running { get; private set; } = null!;

    public async Task InitializeAsync() => Running = await RunningIdentity.StartAsync();

    public Task DisposeAsync() => Running.DisposeAsync().AsTask();
}
