using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PipelineAspire.Benchmarks.Load;
using PipelineAspire.Processes;

namespace PipelineAspire.Benchmarks.Servers;

/// <summary>A process of the solution that listens on a port of 127.0.0.1.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int KeptLines = 40;
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ProbeGap = TimeSpan.FromMilliseconds(100);

    private readonly BuiltProject _project;
    private readonly int _port;
    private readonly Process _process;
    private readonly Queue<string> _lastLines = [];

    private ServerProcess(BuiltProject project, int port, Process process)
    {
        _project = project;
        _port = port;
        _process = process;
        ProcessReaper.Watch(process.Id);
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public Uri Address => new($"http://127.0.0.1:{_port}");

    /// <summary>Starts it and waits until it accepts connections.</summary>
    /// <exception cref="BenchmarkException">It ended, or did not listen in time; with the last lines that it wrote.</exception>
    public static async Task<ServerProcess> StartAsync(
        BuiltProject project, int port, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var server = new ServerProcess(project, port, Process.Start(Command(project, settings))!);
        try
        {
            await server.ListensAsync(cancellationToken);
        }
        catch
        {
            server.Dispose();
            throw;
        }

        return server;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(); // nothing of a load run is worth a graceful end
        ProcessReaper.Leave(_process.Id);
        _process.Dispose();
    }

    private static ProcessStartInfo Command(BuiltProject project, IReadOnlyDictionary<string, string> settings)
    {
        var command = project.Command(settings);
        (command.UseShellExecute, command.RedirectStandardInput, command.RedirectStandardOutput, command.RedirectStandardError) = (false, true, true, true);
        foreach (var variable in InlineSockets.Variables)
        {
            if (!settings.ContainsKey(variable)) command.Environment.Remove(variable);
        }

        command.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        return command;
    }

    private async Task ListensAsync(CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await AcceptsAsync(cancellationToken))
        {
            if (_process.HasExited || TimeProvider.System.GetElapsedTime(begun) > LongestStart)
                throw new BenchmarkException($"{_project.Name} does not listen on port {_port}. What it wrote last:\n{LastLines()}");
            await Task.Delay(ProbeGap, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<bool> AcceptsAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _port), cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string LastLines()
    {
        lock (_lastLines) return string.Join('\n', _lastLines);
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines) _lastLines.Dequeue();
        }
    }
}
