using System.Diagnostics;
using System.Globalization;

namespace PipelineAspire.Processes;

/// <summary>
/// Children that end with this process, whatever ends it, SIGKILL too: one shell is told of each, and kills those that are
/// left, and the groups they lead, when it hears no more.
/// </summary>
public static class ProcessReaper
{
    private const string Script = """
        trap '' INT TERM
        while read -r word pid; do
            case "$word" in
                watch) pids="$pids $pid " ;;
                leave) pids=$(printf '%s' "$pids" | sed "s/ $pid / /") ;;
            esac
        done
        for pid in $pids; do kill -s CONT "$pid"; kill -s KILL -- "-$pid" "$pid"; done
        """;

    private static readonly Lock Gate = new();
    private static readonly Lazy<Process> Shell = new(Start);

    /// <summary>Kills the process when this one has ended.</summary>
    public static void Watch(int process) => Tell("watch", process);

    /// <summary>The process has ended; its number may be given to another.</summary>
    public static void Leave(int process) => Tell("leave", process);

    private static void Tell(string word, int process)
    {
        lock (Gate)
        {
            Shell.Value.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{word} {process}"));
            Shell.Value.StandardInput.Flush();
        }
    }

    private static Process Start() => Process.Start(new ProcessStartInfo("sh", ["-c", Script])
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
