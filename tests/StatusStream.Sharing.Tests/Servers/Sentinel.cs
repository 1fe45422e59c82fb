using System.Diagnostics;
using System.Globalization;

namespace PipelineAspire.StatusStream.Sharing.Tests.Servers;

/// <summary>A sentinel on loopback, which tells where the redis-server is that it watches.</summary>
internal sealed class Sentinel : IAsyncDisposable
{
    public const string ServiceName = "mymaster";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("redis-sentinel-");
    private readonly int _port = FreePort.Take();
    private ChildProcess? _process;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    /// <param name="watched">The port of the redis-server.</param>
    public async Task StartAsync(int watched)
    {
        var configuration = Path.Combine(_folder.FullName, "sentinel.conf");
        await File.WriteAllTextAsync(
            configuration,
            string.Create(CultureInfo.InvariantCulture, $"port {_port}\nbind 127.0.0.1\nsentinel monitor {ServiceName} 127.0.0.1 {watched} 1\n"));
        _process = ChildProcess.Start(new ProcessStartInfo("redis-server", [configuration, "--sentinel"]));
        await _process.LineAsync("+monitor master");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process) await process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
