using System.Diagnostics;
using System.Globalization;

namespace PipelineAspire.Processes;

/// <summary>The limit of open files that a process starts with.</summary>
public static class OpenFilesLimit
{
    /// <summary>The same command, with so many descriptors at most.</summary>
    public static ProcessStartInfo WithOpenFiles(this ProcessStartInfo command, int limit)
    {
        string[] arguments =
        [
            "-c", string.Create(CultureInfo.InvariantCulture, $"ulimit -n {limit}; exec \"$@\""), "sh", command.FileName, .. command.ArgumentList,
        ];
        command.FileName = "sh";
        command.ArgumentList.Clear();
        foreach (var argument in arguments) command.ArgumentList.Add(argument);
        return command;
    }
}
