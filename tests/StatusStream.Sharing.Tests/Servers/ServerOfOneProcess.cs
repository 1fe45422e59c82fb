namespace PipelineAspire.StatusStream.Sharing.Tests.Servers;

/// <summary>A server that is one process: killed, paused and started again at will.</summary>
public abstract class ServerOfOneProcess : ISharedServer, IAsyncDisposable
{
    private ChildProcess? _process;

    public abstract string ConnectionString { get; }

    public async Task StartAsync() => _process = await StartProcessAsync();

    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        await process.DisposeAsync();
    }

    public void Pause() => _process!.Signal("STOP");

    public void Resume() => _process!.Signal("CONT");

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts it, and returns when it takes connections.</summary>
    private protected abstract Task<ChildProcess> StartProcessAsync();
}
