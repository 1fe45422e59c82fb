using System.Buffers;
using System.Globalization;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>
/// A URL as most clients of Redis take it: <c>redis[s]://[user:password@]host[:port][,host[:port]…][/database][?option=value&amp;…]</c>.
/// Options are those of StackExchange.Redis.
/// </summary>
internal static class RedisUrl
{
    private const int DefaultPort = 6379;
    private const int SentinelPort = 26379;
    private const string EncodeThem = "in a URL, user and password are URL-encoded ('/' is %2F, '@' is %40, '#' is %23, '?' is %3F), as options are";

    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+.-");
    private static readonly string[] DatabaseNames = ["db", "database", "defaultDatabase"];

    public static bool IsUrl(string text) => SchemeLength(text) > 0;

    /// <exception cref="FormatException">It makes no sense; the message names the part that is wrong, and no password.</exception>
    public static ConfigurationOptions Parse(string text)
    {
        var schemeLength = SchemeLength(text);
        var isTls = IsTls(text[..schemeLength].ToLowerInvariant());
        var rest = text[(schemeLength + "://".Length)..];
        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        var (authority, tail) = end < 0 ? (rest, "") : (rest[..end], rest[end..]);
        if (rest.Split(',', StringSplitOptions.TrimEntries).Skip(1).Any(IsUrl)) throw new FormatException(RedisConnectionHost.OneScheme);
        if (tail.Contains('@', StringComparison.Ordinal)) throw new FormatException(EncodeThem);
        if (tail.Contains('#', StringComparison.Ordinal)) throw new FormatException("it has a fragment (#…), which means nothing here; " + EncodeThem);
        if (HasOptionAfterComma(rest)) throw new FormatException("it is a URL, and has an option after a comma: write redis://host:6379?name=value&name=value");

        var query = tail.IndexOf('?', StringComparison.Ordinal);
        var connection = ParseQuery(query < 0 ? "" : tail[(query + 1)..]);
        if (ParseDatabase(query < 0 ? tail : tail[..query]) is { } database)
        {
            if (connection.DefaultDatabase is not null) throw new FormatException("it names the database twice");
            connection.DefaultDatabase = database;
        }

        if (isTls) connection.Ssl = true;
        var at = authority.LastIndexOf('@');
        if (at >= 0) TakeCredentials(connection, authority[..at]);
        TakeHosts(connection, authority[(at + 1)..], text);
        return connection;
    }

    private static bool IsTls(string scheme) => scheme switch
    {
        "redis" or "valkey" => false,
        "rediss" or "valkeys" => true,
        _ => throw new FormatException($"its scheme is {scheme}://; it must be redis://, or rediss:// for TLS (a Unix domain socket is written !/path)"),
    };

    private static void TakeCredentials(ConfigurationOptions connection, string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var user = Uri.UnescapeDataString(colon < 0 ? text : text[..colon]);
        var password = colon < 0 ? "" : Uri.UnescapeDataString(text[(colon + 1)..]);
        if (user.Length > 0) connection.User = user;
        if (password.Length > 0) connection.Password = password;
    }

    private static void TakeHosts(ConfigurationOptions connection, string text, string url)
    {
        if (text.Length == 0) throw new FormatException("it names no server");
        var hosts = text.Split(',', StringSplitOptions.TrimEntries);
        for (var i = 0; i < hosts.Length; i++)
        {
            var (host, port) = RedisConnectionHost.Parse(hosts[i], RedisConnectionHost.Name(hosts[i], i + 1, url));
            connection.EndPoints.Add(host, port ?? (connection.ServiceName is null ? DefaultPort : SentinelPort));
        }
    }

    private static int? ParseDatabase(string path)
    {
        if (path is "" or "/") return null;
        return int.TryParse(path.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var database)
            ? database
            : throw new FormatException("the database, which is what stands after the '/', must be a number");
    }

    private static ConfigurationOptions ParseQuery(string query)
    {
        var options = new List<string>();
        string? password = null;
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals]).Trim();
            var value = equals < 0 ? "" : Uri.UnescapeDataString(pair[(equals + 1)..]).Trim();
            if (DatabaseNames.Contains(name, StringComparer.OrdinalIgnoreCase)) name = "defaultDatabase";
            if (name.Equals("username", StringComparison.OrdinalIgnoreCase)) name = "user";
            if (ConnectionStringOption.IsPassword(name))
            {
                password = value;
                continue;
            }

            ConnectionStringOption.Read(name, value);
            if (value.Contains(',', StringComparison.Ordinal)) throw new FormatException($"the option {name} has a comma in its value");
            options.Add($"{name}={value}");
        }

        var connection = options.Count == 0 ? new ConfigurationOptions() : ConfigurationOptions.Parse(string.Join(',', options));
        if (password is not null) connection.Password = password;
        return connection;
    }

    /// <summary>How long its scheme is; 0 for what has none.</summary>
    private static int SchemeLength(string text)
    {
        var length = text.IndexOf("://", StringComparison.Ordinal);
        var isScheme = length > 0 && char.IsAsciiLetter(text[0]) && text.AsSpan(0, length).IndexOfAnyExcept(SchemeCharacters) < 0;
        return isScheme ? length : 0;
    }

    /// <summary>True for <c>host:6379,ssl=true</c>, which is half a URL and half the other form.</summary>
    private static bool HasOptionAfterComma(string text) => text.Split(',', StringSplitOptions.TrimEntries).Skip(1).Any(part =>
    {
        var name = part.AsSpan(part is ['$', ..] ? 1 : 0);
        var end = name.IndexOf('=');
        return end > 0 && name[..end].IndexOfAnyExcept(Letters) < 0;
    });
}
