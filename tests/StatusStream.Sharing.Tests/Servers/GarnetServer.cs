using System.Globalization;

namespace PipelineAspire.StatusStream.Sharing.Tests.Servers;

/// <summary>LocalRedis, which is Garnet, as a process.</summary>
public sealed class GarnetServer : ISharedServer, IAsyncDisposable
{
    private const string Password = "let-me-in";

    private readonly string _port = FreePort.Take().ToString(CultureInfo.InvariantCulture);
    private ChildProcess? _process;

    public string ConnectionString => $"127.0.0.1:{_port},password={Password}";

    public async Task StartAsync()
    {
        _process = BuiltProject.LocalRedis.Start(new Dictionary<string, string> { ["LOCALREDIS_PORT"] = _port, ["LOCALREDIS_PASSWORD"] = Password });
        await _process.LineAsync("answers on");
    }

    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        await process.DisposeAsync();
    }

    public void Pause() => _process!.Signal("STOP");

    public void Resume() => _process!.Signal("CONT");

    public async ValueTask DisposeAsync() => await KillAsync();
}
