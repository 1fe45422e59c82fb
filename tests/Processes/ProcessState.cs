using System.Globalization;

namespace PipelineAspire.Processes;

/// <summary>What Linux says of any process.</summary>
public static class ProcessState
{
    private const char Zombie = 'Z';

    /// <summary>True from its start to its end; one that has ended and is yet to be buried by its parent is not there.</summary>
    public static bool IsThere(int process) => Of(process) is { } state && state != Zombie;

    /// <summary>True while it stands still by a signal.</summary>
    public static bool IsStopped(int process) => Of(process) == 'T';

    /// <summary>The letter after the name, which stands in brackets and may contain any.</summary>
    private static char? Of(int process)
    {
        try
        {
            var line = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return line[line.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
