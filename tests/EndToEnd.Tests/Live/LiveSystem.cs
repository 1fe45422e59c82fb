using PipelineAspire.EndToEnd.Tests.Running;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Live;

/// <summary>A system of short intervals, shared by the tests of its collection; each uses pipelines of its own.</summary>
public sealed class LiveSystem : IAsyncLifetime
{
    private RunningSystem? _system;

    internal RunningSystem System => _system!;

    public async Task InitializeAsync()
    {
        _system = await RunningSystem.StartAsync(new SystemSettings { HeartbeatInterval = TimeSpan.FromSeconds(1) });

        // The first requests of a process compile its code: not what is measured.
        await _system.Backend.SetAsync("warm-up", "Running");
        await using (await StreamClient.OpenWithStatusesAsync(_system.Http, "warm-up"))
        {
        }
    }

    public async Task DisposeAsync()
    {
        if (_system is not null) await _system.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class LiveCollection : ICollectionFixture<LiveSystem>
{
    public const string Name = "Live";
}
