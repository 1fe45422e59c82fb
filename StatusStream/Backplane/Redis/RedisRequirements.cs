using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>What sharing needs of a Redis, as far as a connection string can take it away.</summary>
internal static class RedisRequirements
{
    /// <summary>
    /// Commands inside the scripts. A connection string says that the server has them not, or by other names, and what
    /// runs at the server is not translated.
    /// </summary>
    public static readonly IReadOnlyList<string> InScripts =
        ["DEL", "GET", "HDEL", "HGET", "HGETALL", "HLEN", "HSET", "PEXPIRE", "PTTL", "PUBLISH", "SET", "TIME", "ZADD", "ZRANGE", "ZREMRANGEBYSCORE", "ZSCORE"];

    /// <summary>Commands that replicas send: they may have other names, but must exist.</summary>
    private static readonly string[] Sent = ["EVAL", "EVALSHA", "SUBSCRIBE", "UNSUBSCRIBE"];

    /// <param name="command">A command that the connection string renames.</param>
    /// <param name="newName">Its new name, empty when it is disabled.</param>
    /// <exception cref="FormatException">Nothing works without it.</exception>
    public static void CheckCommand(string command, string newName)
    {
        if (newName.Equals(command, StringComparison.OrdinalIgnoreCase)) return;
        var isInScripts = InScripts.Contains(command, StringComparer.OrdinalIgnoreCase);
        if (isInScripts && newName.Length > 0)
        {
            throw new FormatException($"the option ${command} renames a command that scripts call at the server by its own name");
        }

        if (isInScripts || (newName.Length == 0 && Sent.Contains(command, StringComparer.OrdinalIgnoreCase)))
        {
            throw new FormatException($"the option ${command}= disables a command that is needed");
        }
    }

    /// <exception cref="FormatException">Nothing works with it.</exception>
    public static void Check(ConfigurationOptions connection)
    {
        if (connection.Proxy != Proxy.None)
        {
            throw new FormatException($"the option proxy={connection.Proxy} is for a proxy that passes on neither pub/sub nor all of the scripts");
        }

        if (connection.DefaultDatabase < 0) throw new FormatException("the option defaultDatabase must be 0 or more");
        if (connection.User is { Length: > 0 } && string.IsNullOrEmpty(connection.Password))
        {
            throw new FormatException("there is a user without a password; any will do for one that has none (nopass)");
        }

        if (((string?)connection.ChannelPrefix)?.AsSpan().ContainsAny('{', '}') == true)
        {
            throw new FormatException("the option channelPrefix must be without { and }, which say where in a cluster a key belongs");
        }
    }
}
