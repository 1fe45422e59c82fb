using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>One host of a connection string: <c>name</c>, <c>1.2.3.4</c> or <c>[::1]</c>, with a port or without.</summary>
internal static class RedisConnectionHost
{
    public const string OneScheme = "a scheme stands once, at the very beginning: redis://host1:6379,host2:6379";

    private const int MaxPort = 65535;

    /// <summary>What a message calls a part of the connection string: itself, where nothing in there is secret.</summary>
    public static string Name(string part, int number, string connectionString) =>
        connectionString.Contains('@', StringComparison.Ordinal) || connectionString.Contains("password", StringComparison.OrdinalIgnoreCase)
            ? $"part {number}"
            : $"'{part}'";

    /// <param name="text">The host.</param>
    /// <param name="name">What a message calls it.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static (string Host, int? Port) Parse(string text, string name)
    {
        if (text.Contains("://", StringComparison.Ordinal)) throw new FormatException($"{name}: {OneScheme}");
        var (host, port) = text is ['[', ..] ? SplitBrackets(text, name) : Split(text, name);
        return (host, port is null ? null : ParsePort(port, name));
    }

    private static (string Host, string? Port) SplitBrackets(string text, string name)
    {
        var end = text.IndexOf(']', StringComparison.Ordinal);
        var rest = end < 0 ? "" : text[(end + 1)..];
        if (end < 0 || !IsV6(text[1..end]) || rest is not ("" or [':', ..])) throw new FormatException($"{name} is no IPv6 host in brackets, like [::1]:6379");
        return (text[1..end], rest.Length == 0 ? null : rest[1..]);
    }

    private static (string Host, string? Port) Split(string text, string name)
    {
        var colon = text.LastIndexOf(':');
        if (colon != text.IndexOf(':', StringComparison.Ordinal))
        {
            // ::1:6379 is an address of IPv6 to one reader, and a host with its port to another.
            var isAmbiguous = text[(colon + 1)..] is { Length: 4 } group && group.All(char.IsAsciiDigit);
            if (!IsV6(text) || isAmbiguous) throw new FormatException($"{name} is no host; one of IPv6 is written in brackets, like [::1]:6379");
            return (text, null);
        }

        var host = colon < 0 ? text : text[..colon];
        if (Uri.CheckHostName(host) is not (UriHostNameType.Dns or UriHostNameType.IPv4))
        {
            throw new FormatException($"{name} is no host, which is written like redis or redis:6379");
        }

        return (host, colon < 0 ? null : text[(colon + 1)..]);
    }

    private static int ParsePort(string text, string name) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= MaxPort
            ? port
            : throw new FormatException($"the port of {name} must be a number from 1 to {MaxPort}");

    private static bool IsV6(string text) => IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
}
