using System.Globalization;

namespace PipelineAspire.EndToEnd.Tests.Processes;

/// <summary>One service at one address, which it keeps when it is stopped and started again.</summary>
internal sealed class Service(BuiltProject project, IReadOnlyDictionary<string, string> settings) : IAsyncDisposable
{
    private ChildProcess? _process;

    public Uri Address { get; } = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Take()}"));

    public ChildProcess Process => _process ?? throw new InvalidOperationException($"{project.Name} is not started.");

    /// <summary>Starts it and waits until it listens.</summary>
    public async Task StartAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _process = new ChildProcess(project.Command(new Dictionary<string, string>(settings)
        {
            ["ASPNETCORE_URLS"] = Address.GetLeftPart(UriPartial.Authority),
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            // It ends when its standard input does: with this process, whatever ends that.
            ["LOCALHOSTING_STDIN_LIFETIME"] = "1",
        }));
        await _process.LineAsync("Now listening on");
    }

    /// <summary>Ends it as suddenly as it gets.</summary>
    public async Task KillAsync()
    {
        Process.Signal("KILL");
        await Process.ExitCodeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
    }
}
