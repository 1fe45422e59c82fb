using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace PipelineAspire.StatusStream.Fuzz.Tests.Fuzzing;

/// <summary>One connection with whatever a case says, and what a server may make of it.</summary>
internal static partial class FuzzedConnection
{
    /// <summary>A head that does not go on is given up after 5 s, a body after 15; the rest is for a machine that has much else to do.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);

    private const int MostRead = 256 * 1024;

    /// <summary>Sends it, reads the answer, and says what is wrong with it; null when nothing is.</summary>
    public static async Task<string?> TryAsync(int port, Dice dice, RandomRequest request, Action<int> noteStatus)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var limit = new CancellationTokenSource(LongestAnswer, TimeProvider.System);
        var answer = new StringBuilder();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
            var sending = SendAsync(socket, dice, request, limit.Token); // a server need not read to the end before it answers
            var isHalfClosed = !request.IsAnsweredAndClosed && dice.Percent(15);
            if (isHalfClosed)
            {
                await sending;
                socket.Shutdown(SocketShutdown.Send);
            }

            // Gone before the answer, or with nothing to answer: a connection that asks nothing is left alone until its slot is needed.
            if (!request.IsAnsweredAndClosed && (dice.Percent(3) || request.Bytes.AsSpan().Trim("\r\n").IsEmpty)) return null;
            await ReadAsync(socket, answer, toTheEnd: request.IsAnsweredAndClosed || isHalfClosed, limit.Token);
            await sending;
        }
        catch (OperationCanceledException)
        {
            return $"neither answered nor closed within {LongestAnswer}; so far: {Start(answer)}";
        }
        catch (SocketException)
        {
            // Reset: closed as well.
        }

        return Judge(answer.ToString(), request, noteStatus);
    }

    private static string? Judge(string answer, RandomRequest request, Action<int> noteStatus)
    {
        var last = 0;
        foreach (Match line in StatusLine().Matches(answer))
        {
            last = int.Parse(line.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            noteStatus(last);
            if (last == 500) return $"answered 500: {Start(answer)}";
        }

        if (answer.StartsWith('\0')) return null; // a frame of HTTP/2, which was asked for
        if (answer.Length > 0 && last == 0) return $"answered with what is no HTTP: {Start(answer)}";
        if (answer.Contains("\n" + RandomPart.Injected, StringComparison.OrdinalIgnoreCase)) return $"let a header be put into the answer: {Start(answer)}";
        if (answer.Contains("\r\nServer:", StringComparison.OrdinalIgnoreCase)) return $"says what it is: {Start(answer)}";
        return request.IsAnsweredAndClosed && last == 0 ? "closed a connection with whole requests unanswered" : null;
    }

    private static async Task SendAsync(Socket socket, Dice dice, RandomRequest request, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> left = Encoding.Latin1.GetBytes(request.Bytes);
        var pieces = dice.Percent(20) ? 1 + dice.Below(10) : 1;
        try
        {
            for (; pieces > 0 && left.Length > 0; pieces--)
            {
                var count = pieces == 1 ? left.Length : dice.Below(left.Length + 1);
                await socket.SendAsync(left[..count], cancellationToken);
                left = left[count..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server has heard enough.
        }
    }

    /// <summary>Reads to the end, or what comes with the first head, when the server may wait for more.</summary>
    private static async Task ReadAsync(Socket socket, StringBuilder answer, bool toTheEnd, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (answer.Length < MostRead)
        {
            var count = await socket.ReceiveAsync(buffer, cancellationToken);
            if (count == 0) return;
            var text = Encoding.Latin1.GetString(buffer, 0, count);
            answer.Append(text);
            if (text.Contains("text/event-stream", StringComparison.Ordinal)) return; // it would go on for ever
            if (!toTheEnd && text.Contains("\r\n\r\n", StringComparison.Ordinal)) return;
        }
    }

    private static string Start(StringBuilder answer) => Start(answer.ToString());

    private static string Start(string answer) => answer.Length <= 600 ? answer : answer[..600] + "…";

    [GeneratedRegex(@"(?:^|[\n}>])HTTP/1\.[01] ([0-9]{3})[ \r]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex StatusLine();
}
