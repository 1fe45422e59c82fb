using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>
/// Reads <c>ConnectionStrings:redis</c>: a URL, or hosts and options as StackExchange.Redis writes them. The library
/// itself takes for a host name, or passes over, what it does not understand; here every part is looked at.
/// </summary>
internal static class RedisConnectionString
{
    /// <exception cref="FormatException">It cannot work; the message names the part that is wrong, and no password.</exception>
    public static ConfigurationOptions Parse(string text)
    {
        var content = Unquote(text);
        var connection = RedisUrl.IsUrl(content) ? RedisUrl.Parse(content) : ParseHostsAndOptions(content);
        RedisRequirements.Check(connection);
        return connection;
    }

    /// <summary>Quotes that a shell or a file of settings left around it.</summary>
    private static string Unquote(string text)
    {
        var content = text.Trim();
        var isQuoted = content is ['"', .., '"'] or ['\'', .., '\''];
        return isQuoted ? content[1..^1].Trim() : content;
    }

    private static ConfigurationOptions ParseHostsAndOptions(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var isAnyHost = false;
        var isAfterPassword = false;
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length == 0) continue;
            var equals = parts[i].IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                // A password that has a comma goes on in the next part.
                var name = parts[i][..equals].TrimEnd();
                ConnectionStringOption.Read(name, parts[i][(equals + 1)..].TrimStart(), isAfterPassword ? $"part {i + 1}, after the password," : null);
                isAfterPassword |= ConnectionStringOption.IsPassword(name);
            }
            else
            {
                if (!IsSocket(parts[i])) RedisConnectionHost.Parse(parts[i], RedisConnectionHost.Name(parts[i], i + 1, text));
                isAnyHost = true;
            }
        }

        if (!isAnyHost) throw new FormatException("it names no server");
        return ConfigurationOptions.Parse(text);
    }

    /// <summary>A Unix domain socket, as StackExchange.Redis writes it: <c>!/path</c>.</summary>
    private static bool IsSocket(string part) => part.StartsWith("!/", StringComparison.Ordinal);
}
