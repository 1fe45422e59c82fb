using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Sharing.Tests.InProcess;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;

namespace PipelineAspire.StatusStream.Sharing.Tests.Upgrades;

/// <summary>Replicas at one redis-server, each of the wire version that it was started with last, at addresses that they keep.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly RedisServer _redis = new();
    private readonly InProcessReplica?[] _replicas;
    private readonly int[] _ports;

    public Fleet(int replicas)
    {
        _replicas = new InProcessReplica?[replicas];
        _ports = [.. Enumerable.Range(0, replicas).Select(_ => FreePort.Take())];
        Addresses = [.. _ports.Select(port => new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")))];
    }

    public MemoryBackend Backend { get; } = new(pipelines: 4);

    public IReadOnlyList<Uri> Addresses { get; }

    /// <summary>What the replica of this name was started as.</summary>
    public static string VersionOf(string replica) => replica.Split('-')[0];

    public async Task StartAsync(string version)
    {
        await _redis.StartAsync();
        for (var i = 0; i < _replicas.Length; i++) await StartReplicaAsync(i, version);
    }

    /// <summary>Stops one replica after the other, as an orchestrator does (SIGTERM), and starts it with the other version.</summary>
    /// <param name="version">The version to go to.</param>
    /// <param name="betweenAsync">What happens after each.</param>
    public async Task RollAsync(string version, Func<Task> betweenAsync)
    {
        for (var i = 0; i < _replicas.Length; i++)
        {
            await _replicas[i]!.DisposeAsync();
            _replicas[i] = null;
            await StartReplicaAsync(i, version);
            await betweenAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            if (replica is not null) await replica.DisposeAsync();
        }

        await _redis.DisposeAsync();
    }

    private async Task StartReplicaAsync(int i, string version) => _replicas[i] = await InProcessReplica.StartAsync(
        string.Create(CultureInfo.InvariantCulture, $"{version}-replica-{i}-{Guid.NewGuid():N}"), Backend, _redis.ConnectionString, _ports[i],
        services => services.AddSingleton(new RedisKeys("statusstream", version: version)));
}
