using PipelineAspire.StatusStream.Backplane.Sharing;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

/// <summary>
/// What the replicas rely on in the shared state, whichever server it is in. One file a subject: the lease, publishing,
/// interest, the server itself.
/// </summary>
public abstract partial class SharedStateContract : IAsyncLifetime
{
    private protected static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private protected static readonly TimeSpan Short = TimeSpan.FromMilliseconds(400);

    private readonly ISharedServer _server;
    private readonly string _prefix = $"test-{Guid.NewGuid():N}";
    private readonly List<Connection> _connections = [];

    private protected SharedStateContract(ISharedServer server) => _server = server;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var connection in _connections) await connection.DisposeAsync();
    }

    private protected async Task<Connection> ConnectAsync(string? prefix = null)
    {
        var connection = await ConnectUnheardAsync(prefix);
        await connection.ListensAsync();
        return connection;
    }

    /// <summary>A connection to a server that may be down.</summary>
    private async Task<Connection> ConnectUnheardAsync(string? prefix = null)
    {
        var connection = await Connection.OpenAsync(_server.ConnectionString, prefix ?? _prefix);
        _connections.Add(connection);
        return connection;
    }

    /// <summary>A connection whose owner has the lease, and has heard so itself.</summary>
    private protected async Task<(Connection Connection, ulong Epoch)> HoldAsync(string owner, TimeSpan? duration = null)
    {
        var connection = await ConnectAsync();
        var epoch = StatusVersion.NewEpoch();
        Assert.True(await TakeAsync(connection, owner, epoch, duration));
        var heard = await connection.HearsUpdateAsync();
        while (heard.Version.Epoch != epoch) heard = await connection.HearsUpdateAsync(); // late news of the epoch before, from another node of a cluster
        Assert.Equal(0, heard.UpdateNumber);
        return (connection, epoch);
    }

    private protected static async Task<bool> TakeAsync(Connection connection, string owner, ulong epoch, TimeSpan? duration = null) =>
        (await connection.State.TryAcquireAsync(owner, epoch, duration ?? Long, default)).IsGranted;

    /// <summary>Waits until the lease has run out, without anybody taking it.</summary>
    private protected static async Task RunOutAsync(Connection connection, string owner, ulong epoch) =>
        await Bounded.UntilAsync("the lease has run out", async () => !await connection.State.RenewAsync(owner, epoch, TimeSpan.FromMilliseconds(1), default));

    private protected static async Task<SharedSnapshot> SnapshotAsync(Connection connection)
    {
        var snapshot = await connection.State.SnapshotAsync(default);
        Assert.NotNull(snapshot);
        return snapshot;
    }

    /// <summary>Runs a command on every node.</summary>
    private async Task ExecuteAsync(string command, params object[] arguments)
    {
        await using var client = await ConnectionMultiplexer.ConnectAsync(_server.ConnectionString + ",allowAdmin=true").WaitAsync(Bounded.Patience);
        foreach (var node in client.GetServers()) await node.ExecuteAsync(command, arguments).WaitAsync(Bounded.Patience);
    }
}
