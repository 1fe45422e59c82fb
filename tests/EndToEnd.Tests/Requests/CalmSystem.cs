using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Requests;

/// <summary>A system that reads each pipeline once a minute: what is told sooner was asked for.</summary>
public sealed class CalmSystem : IAsyncLifetime
{
    private RunningSystem? _system;

    internal RunningSystem System => _system!;

    public async Task InitializeAsync() => _system = await RunningSystem.StartAsync(new SystemSettings
    {
        PollInterval = TimeSpan.FromMinutes(1),
        RequestTimeout = TimeSpan.FromSeconds(3),
    });

    public async Task DisposeAsync()
    {
        if (_system is not null) await _system.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class CalmCollection : ICollectionFixture<CalmSystem>
{
    public const string Name = "Calm";
}
