using System.Diagnostics;
using System.Globalization;

namespace PipelineAspire.LocalHosting.Running;

/// <summary>
/// A process held by SIGSTOP until this is disposed. A shell sends the signals and waits in between for its standard input
/// to end: so the process goes on, and ends itself like all the others, even when the AppHost is killed during the pause.
/// </summary>
internal sealed class ProcessPause : IDisposable
{
    private const string Script = "trap '' INT QUIT HUP TERM; kill -STOP \"$0\" && cat > /dev/null; kill -CONT \"$0\"";

    private readonly Process _guard;

    private ProcessPause(Process guard) => _guard = guard;

    /// <exception cref="PlatformNotSupportedException">There are no such signals on Windows.</exception>
    public static ProcessPause Begin(int process)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("Windows has no signal that pauses a process.");

        var start = new ProcessStartInfo("sh", ["-c", Script, process.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        return new ProcessPause(Process.Start(start)!);
    }

    public void Dispose()
    {
        try
        {
            _guard.StandardInput.Close();
        }
        catch (IOException)
        {
            // The guard is gone, and nothing is held.
        }

        _guard.Dispose();
    }
}
