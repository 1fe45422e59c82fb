using System.Globalization;

namespace PipelineAspire.Processes;

/// <summary>One service at one address, which it keeps when it is stopped and started again; without limits of one client, unless they are set.</summary>
public sealed class Service(BuiltProject project, IReadOnlyDictionary<string, string> settings) : IAsyncDisposable
{
    private const string Environment = "ASPNETCORE_ENVIRONMENT";

    /// <summary>Settings of a service whose <c>/control</c> is open, which it is in Development only.</summary>
    public static readonly IReadOnlyDictionary<string, string> WithControl = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Environment] = "Development",
        ["Control__Enabled"] = "true",
    };

    private ChildProcess? _process;

    public Uri Address { get; } = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Take()}"));

    public bool IsRunning => _process is not null;

    public ChildProcess Process => _process ?? throw new InvalidOperationException($"{project.Name} is not running.");

    /// <summary>Starts it and waits until it listens.</summary>
    public async Task StartAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        var variables = new Dictionary<string, string>(settings)
        {
            ["ASPNETCORE_URLS"] = Address.GetLeftPart(UriPartial.Authority),
        };
        variables.TryAdd(Environment, "Production");
        NoLimits.AddTo(variables);
        _process = project.Start(variables);
        await _process.LineAsync("Now listening on");
    }

    /// <summary>Ends it as suddenly as it gets.</summary>
    public async Task KillAsync()
    {
        Process.Signal("KILL");
        await EndedAsync();
    }

    /// <summary>Completes when the process is gone; returns its exit code.</summary>
    public async Task<int> EndedAsync()
    {
        var exitCode = await Process.ExitCodeAsync();
        await DisposeAsync();
        return exitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process) await process.DisposeAsync();
        _process = null;
    }
}
