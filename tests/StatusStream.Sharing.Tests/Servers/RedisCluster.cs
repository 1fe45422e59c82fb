using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Sharing.Tests.Servers;

/// <summary>Three redis-servers on loopback as one cluster, without replicas: what is shared lives on one of them.</summary>
public sealed class RedisCluster : ISharedServer, IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("redis-cluster-");
    private readonly RedisServer[] _nodes;
    private bool _isMade;

    public RedisCluster() => _nodes = [.. Enumerable.Range(0, 3).Select(number => new RedisServer(null, null,
        "--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--dir", _folder.FullName,
        "--cluster-config-file", string.Create(CultureInfo.InvariantCulture, $"node-{number}.conf")))];

    public string ConnectionString => string.Join(',', _nodes.Select(node => node.ConnectionString));

    public async Task StartAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.StartAsync()));
        if (!_isMade)
        {
            await RunAsync("redis-cli", ["--cluster", "create", .. _nodes.Select(node => node.ConnectionString), "--cluster-replicas", "0", "--cluster-yes"]);
            _isMade = true;
        }

        await using var client = await ConnectionMultiplexer.ConnectAsync(ConnectionString + ",allowAdmin=true").WaitAsync(Bounded.Patience);
        await Bounded.UntilAsync("the cluster works", async () =>
        {
            var infos = await Task.WhenAll(client.GetServers().Select(server => server.ExecuteAsync("CLUSTER", "INFO")));
            return infos.All(info => ((string)info!).Contains("cluster_state:ok", StringComparison.Ordinal));
        });
    }

    public Task KillAsync() => Task.WhenAll(_nodes.Select(node => node.KillAsync()));

    public void Pause()
    {
        foreach (var node in _nodes) node.Pause();
    }

    public void Resume()
    {
        foreach (var node in _nodes) node.Resume();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Delete(recursive: true);
    }

    private static async Task RunAsync(string command, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Bounded.Patience);
        await process.WaitForExitAsync().WaitAsync(Bounded.Patience);
        Assert.True(process.ExitCode == 0, output);
    }
}
