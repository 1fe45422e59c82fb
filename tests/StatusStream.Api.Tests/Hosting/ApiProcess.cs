using System.Globalization;
using PipelineAspire.Processes;

namespace PipelineAspire.StatusStream.Tests.Hosting;

/// <summary>The replica, or another host of the hub, as a process of its own, which is what signals and memory are about.</summary>
internal sealed class ApiProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: http://127.0.0.1:";

    /// <summary>The workstation's collector, which keeps little garbage: memory is then what is held.</summary>
    private static readonly Dictionary<string, string> SmallHeap = new() { ["DOTNET_gcServer"] = "0", ["DOTNET_gcConcurrent"] = "1" };

    private readonly ChildProcess _process;

    private ApiProcess(ChildProcess process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public int? ExitCode { get; private set; }

    public string Output => _process.Output;

    /// <summary>How many descriptors it has open.</summary>
    public int OpenFiles => Directory.EnumerateFileSystemEntries($"/proc/{_process.Id}/fd").Count();

    /// <summary>How much memory is its own, in bytes.</summary>
    public long PrivateBytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
            return 1024 * long.Parse(line["RssAnon:".Length..^" kB".Length], NumberStyles.Integer);
        }
    }

    public static Task<ApiProcess> StartAsync(KestrelBackend backend, params (string Name, string Value)[] settings) =>
        StartAsync(BuiltProject.StatusStreamApi, openFiles: null, backend, settings);

    /// <summary>Starts it with a limit of open files.</summary>
    public static Task<ApiProcess> StartWithOpenFilesAsync(int limit, KestrelBackend backend, params (string Name, string Value)[] settings) =>
        StartAsync(BuiltProject.StatusStreamApi, limit, backend, settings);

    public static async Task<ApiProcess> StartAsync(BuiltProject host, int? openFiles, KestrelBackend backend, (string Name, string Value)[] settings)
    {
        var command = host.Command(
            SmallHeap,
            [
                "--urls=http://127.0.0.1:0",
                $"--PipelineBackend:BaseUrl={backend.Url}",
                "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information",
                .. NoLimits.Arguments,
                .. settings.Select(setting => $"--{setting.Name}={setting.Value}"),
            ]);
        var process = ChildProcess.Start(openFiles is { } limit ? command.WithOpenFiles(limit) : command);
        try
        {
            var line = await process.LineAsync(Listening);
            return new ApiProcess(process, int.Parse(line.AsSpan(line.LastIndexOf(':') + 1), NumberStyles.None));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to stop, as Ctrl+C, a container engine and an orchestrator do.</summary>
    public void Terminate() => _process.Signal("TERM");

    public async Task ExitAsync(TimeSpan limit) => ExitCode = await _process.ExitCodeAsync().WaitAsync(limit);

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
