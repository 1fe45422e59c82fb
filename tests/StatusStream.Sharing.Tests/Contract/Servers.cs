using PipelineAspire.StatusStream.Sharing.Tests.Servers;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

/// <summary>A server for all tests of a class.</summary>
public sealed class Running<T> : IAsyncLifetime
    where T : ISharedServer, IAsyncDisposable
{
    public Running() => Server = typeof(T) == typeof(RedisServer) ? (T)(object)new RedisServer() : Activator.CreateInstance<T>();

    public T Server { get; }

    public Task InitializeAsync() => Server.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

public sealed class RedisServerStateTests(Running<RedisServer> running) : SharedStateContract(running.Server), IClassFixture<Running<RedisServer>>;

public sealed class GarnetStateTests(Running<GarnetServer> running) : SharedStateContract(running.Server), IClassFixture<Running<GarnetServer>>;

public sealed class RedisClusterStateTests(Running<RedisCluster> running) : SharedStateContract(running.Server), IClassFixture<Running<RedisCluster>>;
