using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace PipelineAspire.StatusStream.Tests.Hosting;

/// <summary>The replica as a process of its own, which is what signals and memory are about.</summary>
internal sealed partial class ApiProcess : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ApiProcess(Process process) => _process = process;

    public int Port { get; private set; }

    public int ExitCode => _process.ExitCode;

    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

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
        StartAsync(new ProcessStartInfo("dotnet"), backend, settings);

    /// <summary>Starts it with a limit of open files.</summary>
    public static Task<ApiProcess> StartWithOpenFilesAsync(int limit, KestrelBackend backend, params (string Name, string Value)[] settings) =>
        StartAsync(new ProcessStartInfo("sh", ["-c", $"ulimit -n {limit}; exec dotnet \"$@\"", "sh"]), backend, settings);

    private static async Task<ApiProcess> StartAsync(ProcessStartInfo start, KestrelBackend backend, (string Name, string Value)[] settings)
    {
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "StatusStream.Api.dll"),
            "--urls=http://127.0.0.1:0",
            $"--PipelineBackend:BaseUrl={backend.Url}",
            "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information",
            .. settings.Select(setting => $"--{setting.Name}={setting.Value}"),
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var api = new ApiProcess(Process.Start(start)!);
        var listening = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Take(string? line)
        {
            if (line is null) return;
            lock (api._output) api._output.AppendLine(line);
            if (Listening().Match(line) is { Success: true } match) listening.TrySetResult(int.Parse(match.Groups[1].Value));
        }

        api._process.OutputDataReceived += (_, e) => Take(e.Data);
        api._process.ErrorDataReceived += (_, e) => Take(e.Data);
        api._process.BeginOutputReadLine();
        api._process.BeginErrorReadLine();
        try
        {
            api.Port = await listening.Task.Soon();
            return api;
        }
        catch (TimeoutException e)
        {
            var output = api.Output;
            await api.DisposeAsync();
            throw new InvalidOperationException($"The replica did not start: {output}", e);
        }
    }

    /// <summary>Asks it to stop, as Ctrl+C, a container engine and an orchestrator do.</summary>
    public void Terminate() => Assert.Equal(0, Kill(_process.Id, SigTerm));

    public Task ExitAsync(TimeSpan limit) => _process.WaitForExitAsync().WaitAsync(limit);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync().Soon();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Kill(int pid, int signal);

    [GeneratedRegex(@"Now listening on: http://127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening();
}
