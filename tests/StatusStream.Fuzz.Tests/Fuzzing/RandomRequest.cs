using System.Globalization;
using System.Text;

namespace PipelineAspire.StatusStream.Fuzz.Tests.Fuzzing;

/// <summary>What one connection sends.</summary>
/// <param name="Bytes">All of it, a character a byte.</param>
/// <param name="IsAnsweredAndClosed">True when the last request asks the server to close: all answers come, and then the end.</param>
internal sealed record RandomRequest(string Bytes, bool IsAnsweredAndClosed)
{
    private const int MostPipelined = 6;
    private const string Last = "GET /alive HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private static readonly string[] Openings =
    [
        "", "\r\n", "\0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n", "GET /alive\r\n\r\n",
        "\u0005\u0001\0",
    ];

    private static readonly string[] Posted = ["/watch", "/notify", "/stop"];

    private static readonly string[] Methods =
        ["GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "PROPFIND", "M-SEARCH", "", "G\0T"];

    /// <summary>Draws what a connection sends to a server that has these paths; <c>{id}</c> in one stands for any id.</summary>
    public static RandomRequest Draw(Dice dice, IReadOnlyList<string> paths) => dice.Below(20) switch
    {
        0 => new RandomRequest(dice.Of(Openings) + dice.Garbage(dice.Length(20_000)), false),
        < 4 => new RandomRequest(Pipelined(dice, paths) + Last, true),
        < 10 => new RandomRequest(Mutated(dice, Request(dice, paths)), false),
        _ => new RandomRequest(Request(dice, paths), false),
    };

    /// <summary>Requests that are whole, one after the other, none of them for a stream, which would end the connection.</summary>
    private static string Pipelined(Dice dice, IReadOnlyList<string> paths)
    {
        var quick = paths.Where(path => !path.EndsWith("/stream", StringComparison.Ordinal) && !path.Contains("{id}", StringComparison.Ordinal)).ToList();
        var requests = new StringBuilder();
        for (var left = 1 + dice.Below(MostPipelined); left > 0; left--)
        {
            var body = dice.Percent(30) ? RandomPart.Body(dice) : "";
            requests.Append(CultureInfo.InvariantCulture, $"{dice.Of("GET", "POST", "OPTIONS")} {dice.Of(quick)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        }

        return requests.ToString();
    }

    private static string Request(Dice dice, IReadOnlyList<string> paths)
    {
        var end = dice.Percent(97) ? "\r\n" : dice.Of("\n", "\r", "\r\n ");
        var target = Target(dice, paths);
        var method = dice.Percent(30) ? dice.Of(Methods) : IsPosted(target) ? "POST" : "GET";
        var version = dice.Percent(95) ? "HTTP/1.1" : dice.Of("HTTP/1.0", "HTTP/2.0", "HTTP/1.1 ", "http/1.1", "");
        var request = new StringBuilder($"{method} {target} {version}{end}");
        if (dice.Percent(95)) request.Append("Host: ").Append(dice.Percent(90) ? "localhost" : dice.Of("a\0b", "", "[::1]:80", "x,y", "localhost:99999")).Append(end);
        for (var left = dice.Percent(97) ? dice.Below(6) : dice.Below(300); left > 0; left--) request.Append(RandomPart.Header(dice)).Append(end);
        if (dice.Percent(method == "POST" ? 10 : 80)) return request.Append(end).ToString();

        var body = RandomPart.Body(dice);
        if (dice.Percent(30)) return request.Append("Transfer-Encoding: chunked").Append(end).Append(end).Append(RandomPart.Chunked(dice, body)).ToString();
        var length = dice.Percent(90) ? body.Length.ToString(CultureInfo.InvariantCulture) : dice.Of("-1", "5, 5", "99999999999999999999", "0x10", "1048577", "");
        return request.Append("Content-Length: ").Append(length).Append(end).Append(end).Append(body).ToString();
    }

    private static bool IsPosted(string target) => Posted.Any(end => target.AsSpan(0, target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? query : target.Length).EndsWith(end, StringComparison.Ordinal));

    private static string Target(Dice dice, IReadOnlyList<string> paths)
    {
        if (dice.Percent(3)) return dice.Of("*", "", "http://elsewhere.example/ui-api/pipeline", "//", "/..", "elsewhere:80", "/\0", "/" + new string('a', dice.Length(200_000)), "/%");
        var path = dice.Of(paths);
        if (path.Contains("{id}", StringComparison.Ordinal)) path = path.Replace("{id}", RandomPart.Id(dice), StringComparison.Ordinal);
        if (dice.Percent(5)) path += dice.Of("/", "//", "/.", "/..", "%00", "%20", ";x=y", "\\");
        return dice.Percent(60) ? path + RandomPart.Query(dice) : path;
    }

    /// <summary>The same with bytes flipped, left out, doubled or cut off.</summary>
    private static string Mutated(Dice dice, string request)
    {
        var text = new StringBuilder(request);
        for (var left = 1 + dice.Below(4); left > 0 && text.Length > 0; left--)
        {
            var at = dice.Below(dice.Percent(70) ? Math.Min(text.Length, 400) : text.Length);
            switch (dice.Below(5))
            {
                case 0:
                    text[at] = (char)(text[at] ^ (1 << dice.Below(8)));
                    break;
                case 1:
                    text.Insert(at, dice.Of("\0", "\r", "\n", "\r\n", ":", " ", "\t", "\u00ff", "%"));
                    break;
                case 2:
                    text.Remove(at, Math.Min(text.Length - at, 1 + dice.Below(20)));
                    break;
                case 3:
                    text.Insert(at, text.ToString(at, Math.Min(text.Length - at, 1 + dice.Below(200))));
                    break;
                default:
                    if (dice.Percent(30)) text.Length = at;
                    break;
            }
        }

        return text.ToString();
    }
}
