using System.Diagnostics;
using System.Text;
using PipelineAspire.LocalHosting.Planning;

namespace PipelineAspire.LocalHosting.Running;

/// <summary>
/// A running process of ours. Its standard input is the leash: while this process lives it is open; closed, on purpose
/// or because this process is gone, the child stops by itself (StandardInputLifetime in ServiceDefaults).
/// </summary>
internal sealed class ChildProcess
{
    private static readonly TimeSpan OutputAfterExit = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Task _output;

    private ChildProcess(Process process, Action<string> line)
    {
        _process = process;
        _output = Task.WhenAll(PumpAsync(process.StandardOutput, line), PumpAsync(process.StandardError, line));
        Exited = WaitForExitAsync();
    }

    public int Id => _process.Id;

    /// <summary>Completes with the exit code when the process is gone and its last lines are read.</summary>
    public Task<int> Exited { get; }

    /// <exception cref="System.ComponentModel.Win32Exception">The process cannot be started.</exception>
    public static ChildProcess Start(ProcessPlan plan, Action<string> line)
    {
        var start = new ProcessStartInfo(BuildOutput.DotnetExecutable)
        {
            WorkingDirectory = plan.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(plan.Assembly);
        InheritedEnvironment.RemoveOwn(start.Environment);
        foreach (var (name, value) in plan.Environment) start.Environment[name] = value;
        start.Environment["LOCALHOSTING_STDIN_LIFETIME"] = "1";
        return new ChildProcess(Process.Start(start)!, line);
    }

    /// <summary>Asks the process to stop.</summary>
    public void CloseInput()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The process is gone already.
        }
    }

    /// <summary>Ends the process without asking.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill();
    }

    private static async Task PumpAsync(StreamReader reader, Action<string> line)
    {
        while (await reader.ReadLineAsync() is { } text) line(text);
    }

    private async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync();
        try
        {
            // Whoever inherited the output may hold it open; the exit must not wait for that.
            await _output.WaitAsync(OutputAfterExit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            // The lines read so far are what there is to show.
        }

        return _process.ExitCode;
    }
}
