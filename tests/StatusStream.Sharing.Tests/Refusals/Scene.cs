using System.Globalization;
using PipelineAspire.StatusStream.Sharing.Tests.Contract;
using PipelineAspire.StatusStream.Sharing.Tests.InProcess;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;

namespace PipelineAspire.StatusStream.Sharing.Tests.Refusals;

/// <summary>A redis-server of its own, two replicas that share it, and a client at each.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private const string User = "replica";

    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("refusal-");
    private readonly List<InProcessReplica> _replicas = [];
    private readonly List<Listener> _listeners = [];
    private readonly List<RedisConsole> _consoles = [];
    private readonly Trouble _trouble;
    private string _connectionString = "";

    public Scene(Trouble trouble) => _trouble = trouble;

    public MemoryBackend Backend { get; } = new(pipelines: 4);

    public IReadOnlyList<InProcessReplica> Replicas => _replicas;

    public IReadOnlyList<Listener> Listeners => _listeners;

    /// <summary>The operator at the server that the replicas share.</summary>
    public RedisConsole Redis => _consoles[0];

    public int Port { get; private set; }

    /// <summary>The operator at the other server.</summary>
    public RedisConsole? Spare => _consoles.ElementAtOrDefault(1);

    public int SparePort { get; private set; }

    public async Task StartServersAsync()
    {
        Port = await StartServerAsync(
            [.. _trouble.ServerArguments.Select(argument => argument.Replace("{folder}", _folder.FullName, StringComparison.Ordinal))]);
        if (_trouble.Spare != Refusals.Spare.None)
        {
            SparePort = await StartServerAsync("--replicaof", "127.0.0.1", Port.ToString(CultureInfo.InvariantCulture));
            await Bounded.UntilAsync(
                "the spare server has the data",
                async () => (await Spare!.CommandAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal));
        }

        var spare = _trouble.Spare == Refusals.Spare.Named ? $"127.0.0.1:{SparePort}," : "";
        _connectionString = $"127.0.0.1:{Port},{spare}user={User},password=secret";
        await CreateUserAsync();

        // A refused user must not go on as the default one. A spare server comes as that.
        if (_trouble.Spare == Refusals.Spare.None) await Redis.CommandAsync("ACL", "SETUSER", "default", "resetpass", ">operator");
    }

    /// <summary>Creates the replicas' user, with the rights that docs/operating.md says it needs.</summary>
    public Task CreateUserAsync() =>
        SetRightsAsync("reset", "on", ">secret", "~{statusstream}:*", "&{statusstream}:*", "+@all", "-@admin", "-@dangerous", "+info");

    /// <summary>Deletes the replicas' user, which ends its connections.</summary>
    public Task<string> DeleteUserAsync() => Redis.CommandAsync("ACL", "DELUSER", User);

    /// <summary>A connection of the replicas' user to what they share, without a replica.</summary>
    public Task<Connection> ConnectAsync() => Connection.OpenAsync(_connectionString, "statusstream");

    public async Task StartReplicasAsync()
    {
        for (var i = 0; i < 2; i++)
        {
            _replicas.Add(await InProcessReplica.StartAsync($"replica-{i}", Backend, _connectionString));
            _parts.Push(_replicas[^1]);
            _listeners.Add(new Listener(Backend, [_replicas[^1].Address]));
            _parts.Push(_listeners[^1]);
        }
    }

    /// <summary>Changes what the replicas' user may do.</summary>
    public async Task SetRightsAsync(params string[] rights)
    {
        foreach (var console in _consoles) await console.CommandAsync(["ACL", "SETUSER", User, .. rights]);
    }

    /// <summary>Takes away where the server writes its snapshots.</summary>
    public void RemoveFolder() => _folder.Delete(recursive: true);

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part)) await part.DisposeAsync();
        if (Directory.Exists(_folder.FullName)) RemoveFolder();
    }

    private async Task<int> StartServerAsync(params string[] arguments)
    {
        var server = new RedisServer(arguments: arguments);
        _parts.Push(server);
        await server.StartAsync();
        _consoles.Add(new RedisConsole(server.Port));
        _parts.Push(_consoles[^1]);
        return server.Port;
    }
}
