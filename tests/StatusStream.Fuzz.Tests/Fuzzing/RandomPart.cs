using System.Globalization;

namespace PipelineAspire.StatusStream.Fuzz.Tests.Fuzzing;

/// <summary>Parts of requests: ids, queries, headers and bodies, good ones and broken ones.</summary>
internal static class RandomPart
{
    /// <summary>A header that no answer may have: whoever finds it there has split an answer.</summary>
    public const string Injected = "X-Injected";

    private const int KnownIds = 50;

    private static readonly string[] Percents =
        ["%", "%2", "%zz", "%00", "%0d%0a" + Injected + ":%201", "%ff%fe", "%c3%28", "%ed%a0%80", "%2e%2e", "%2f", "%5c", "%25%32%66", "%u0041", "%F0%9F%92%A9"];

    private static readonly string[] Values =
    [
        "", "1", "0", "-1", "true", "null", "nonsense", "0000000000000000-0", "7f3a9c0d12e4b85f-41", "ffffffffffffffff-9223372036854775807", "-", "a-b",
        "99999999999999999999-1", "0123456789abcdef", "gzip", "gzip;q=0", "gzip;q=nan", "*/*", "text/event-stream", "text/event-stream;q=0, */*", ";,;,", "W/\"x\"", "*",
        "\"", "Bearer", "Bearer ", "Basic OjpBOg==", "Bearer eyJhbGciOiJub25lIn0.e30.", "Negotiate " + "////", "close", "keep-alive", "Upgrade, HTTP2-Settings",
        "100-continue", "cross-site", "same-origin", "http://elsewhere.example", "http://[::1", "127.0.0.1, ::1, _hidden, \"[::1]:5\"", "[", "bytes=0-1,-5,7-",
    ];

    private static readonly string[] HeaderNames =
    [
        "Accept", "Accept-Encoding", "Authorization", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Cookie", "Expect", "Forwarded", "Host",
        "If-Modified-Since", "If-None-Match", "Keep-Alive", "Last-Event-ID", "Origin", "Range", "Sec-Fetch-Site", "TE", "traceparent", "tracestate", "baggage",
        "Transfer-Encoding", "Upgrade", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-HTTP-Method-Override", "X-Original-URL",
    ];

    /// <summary>An id that exists, or one that no client should send.</summary>
    public static string Id(Dice dice) => dice.Below(10) switch
    {
        < 5 => string.Create(CultureInfo.InvariantCulture, $"id-{dice.Below(KnownIds)}"),
        5 => dice.Of(Percents),
        6 => new string(dice.Of('a', '.', ',', '%', '/'), dice.Length(150_000)),
        7 => dice.Of(".", "..", "", "actions", "status", "notify", "stream", "health", "a b", "a;b", "a#b", "\"", "'"),
        8 => "id-" + dice.Of(Percents) + dice.Of(Percents),
        _ => Printable(dice.Garbage(dice.Length(200))),
    };

    public static string Query(Dice dice)
    {
        var parts = Enumerable.Range(0, dice.Below(5)).Select(_ => dice.Below(8) switch
        {
            < 3 => "pipelineIds=" + string.Join(dice.Of(",", ",,", "%2c", "&pipelineIds="), Enumerable.Range(0, dice.Length(700)).Take(700).Select(_ => ShortId(dice))),
            3 => "pipelineIds=" + Id(dice),
            4 => dice.Of("watch", "list", "fields", "relay") + "=" + dice.Of("1", "1", "0", ""),
            5 => dice.Of("lastEventId", "known", "seconds", "q", "flag") + "=" + dice.Of(Values).Replace(' ', '+'),
            6 => dice.Of(Percents) + "=" + dice.Of(Percents),
            _ => Printable(dice.Garbage(dice.Length(300))),
        });
        return "?" + string.Join(dice.Of("&", "&&", ";", "?"), parts);
    }

    /// <summary>One header line, without its end.</summary>
    public static string Header(Dice dice)
    {
        var name = dice.Percent(95) ? dice.Of(HeaderNames) : dice.Garbage(dice.Length(40));
        var value = dice.Below(10) switch
        {
            < 6 => dice.Of(Values),
            6 => Cookie(dice),
            7 => dice.Of(Percents),
            8 => new string(dice.Of('a', ',', ';', '=', '"'), dice.Length(40_000)),
            _ => dice.Garbage(dice.Length(300)),
        };
        return $"{name}{dice.Of(":", ": ", ": ", ": ", " : ", "")}{value}";
    }

    /// <summary>A body, mostly JSON of the endpoints, whole or broken.</summary>
    public static string Body(Dice dice) => dice.Below(8) switch
    {
        0 => "",
        1 => dice.Garbage(dice.Length(5_000)),
        2 => new string(dice.Of('[', '{', '"', '0', ' '), dice.Length(1_200_000)),
        3 => "{\"pipelineIds\":" + Ids(dice) + "}",
        4 when dice.Percent(50) => $"{{\"pipelineIds\":[\"{ShortId(dice)}\"]}}",
        4 => "{\"pipelineIds\":[\"a\"],\"pipelineIds\":" + Json(dice, 3) + "}",
        5 => Json(dice, 5),
        _ => Watch(dice),
    };

    /// <summary>The same as chunks, with their sizes told right or wrong.</summary>
    public static string Chunked(Dice dice, string body)
    {
        var size = dice.Percent(80) ? body.Length.ToString("x", CultureInfo.InvariantCulture) : dice.Of("ffffffff", "-1", "", "7fffffffffffffff", "g", "0x5", "5;ext=\"");
        return $"{size}{dice.Of("", "", ";a=b", ";" + new string('x', 300))}\r\n{body}\r\n{dice.Of("0\r\n\r\n", "0\r\n\r\n", "0\r\nTrailer: 1\r\n\r\n", "")}";
    }

    private static string Watch(Dice dice)
    {
        var members = new List<string> { $"\"stream\":{dice.Of("\"a.b\"", "\"\"", "\".\"", "null", "5", "\"" + new string('x', dice.Length(5_000)) + "\"", "\"0123456789abcdef.AAAAAAAAAAAAAAAAAAAAAA\"")}" };
        members.Add($"\"revision\":{dice.Of("1", "0", "-1", "1e3", "1.5", "9007199254740993", "99999999999999999999999", "\"1\"", "null")}");
        foreach (var name in new[] { "add", "remove", "visible" })
            if (dice.Percent(50)) members.Add($"\"{name}\":{Ids(dice)}");
        if (dice.Percent(20)) members.Add($"\"{dice.Of("list", "lastEventId", "known", "\\u0000", "__proto__")}\":{Json(dice, 2)}");
        return "{" + string.Join(',', members) + "}";
    }

    private static string Ids(Dice dice) => dice.Percent(10)
        ? Json(dice, 2)
        : "[" + string.Join(',', Enumerable.Range(0, dice.Length(3_000)).Select(_ => dice.Of($"\"{ShortId(dice)}\"", $"\"{ShortId(dice)}\"", $"\"{ShortId(dice)}\"", "\"\\ud800\"", "null", "\"a/b\"", "1"))) + "]";

    private static string Json(Dice dice, int depth) => dice.Below(depth > 0 ? 9 : 6) switch
    {
        0 => dice.Of("null", "true", "false", "NaN", "Infinity", "-", "undefined"),
        1 => dice.Of("0", "-0", "1e999", "123456789012345678901234567890", "01", "1.", ".5"),
        2 => dice.Of("\"\"", "\"a\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\x\"", "\"\u00ff\u00fe\"", "\"\n\"", "\"unfinished"),
        3 => "\"" + new string('a', dice.Length(2_000)) + "\"",
        4 => new string('[', dice.Length(200)),
        5 => "/* comment */",
        6 => "[" + string.Join(',', Enumerable.Range(0, dice.Below(6)).Select(_ => Json(dice, depth - 1))) + dice.Of("]", "]", "]", ",]", ""),
        _ => "{" + string.Join(',', Enumerable.Range(0, dice.Below(5)).Select(_ => dice.Of("\"pipelineIds\"", "\"stream\"", "\"\"", "a", "1") + ":" + Json(dice, depth - 1))) + "}",
    };

    private static string Cookie(Dice dice) => string.Join("; ", Enumerable.Range(0, dice.Below(6)).Select(_ =>
        dice.Of("__Host-session", "__Host-", ".AspNetCore.Cookies", ".AspNetCore.Antiforgery.x", "=", "a") + "="
            + dice.Of("", "CfDJ8", "chunks-9", "chunks-99999999", new string('A', dice.Length(4_000)), "\"")));

    private static string ShortId(Dice dice) => string.Create(CultureInfo.InvariantCulture, $"id-{dice.Below(KnownIds)}");

    /// <summary>What a request line may carry without ending.</summary>
    private static string Printable(string text) => text.Replace('\r', '!').Replace('\n', '!').Replace(' ', '+');
}
