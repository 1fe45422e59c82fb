using System.Globalization;

namespace PipelineAspire.StatusStream.Backplane;

/// <summary>
/// What a replica is called when nobody named it. Machines are called as people like; a header of HTTP and the client
/// list of Redis take only some characters, so the others are replaced.
/// </summary>
internal static class DefaultInstanceName
{
    public const int MaxLength = 128;

    private const string Nameless = "replica";

    public static string Make(string machine, int process, Guid random)
    {
        var end = string.Create(CultureInfo.InvariantCulture, $"-{process}-{random.ToString("N")[..6]}");
        var name = string.Concat(machine.Select(character => IsAllowed(character) ? character : '-')).Trim('-');
        if (name.Length == 0) name = Nameless;
        return name[..Math.Min(name.Length, MaxLength - end.Length)] + end;
    }

    private static bool IsAllowed(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-';
}
