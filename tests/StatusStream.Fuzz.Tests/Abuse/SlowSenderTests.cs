using PipelineAspire.StatusStream.Fuzz.Tests.Fuzzing;

namespace PipelineAspire.StatusStream.Fuzz.Tests.Abuse;

/// <summary>Clients whose requests arrive byte by byte, and never whole: refused in time, whatever rate they keep, and nobody else waits for them.</summary>
public sealed class SlowSenderTests
{
    private const int Senders = 60;
    private const string Watch = "/ui-api/pipeline/status/stream/watch";

    private static readonly TimeSpan Converged = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan BetweenBytes = TimeSpan.FromMilliseconds(250);

    /// <summary>Most of a body at once keeps Kestrel's average rate for a long time.</summary>
    public static TheoryData<string, int> Slow => new()
    {
        { "GET /ui-api/pipeline HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", 5 },
        { "GE", 5 },
        { $"POST {Watch} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\n{new string(' ', 100_000)}", 15 },
        { $"POST /ui-api/pipeline/notify HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n{new string(' ', 100_000)}", 15 },
    };

    [Theory]
    [MemberData(nameof(Slow))]
    public async Task ThoseWhoSendByteByByteAreRefusedInTimeAndDelayNobody(string start, int seconds)
    {
        await using var api = await RunningApi.StartAsync();
        using var honest = await HonestStream.OpenAsync(api.Url.Port, api.Backend);
        var began = TimeProvider.System.GetTimestamp();

        var slow = Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => SendSlowlyAsync(api.Url.Port, start)));
        await honest.WatchUntilAsync(slow);

        Assert.All(await slow, answer => Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, seconds - 1, seconds + 10);
        Assert.InRange(honest.Slowest, TimeSpan.Zero, Converged);
    }

    /// <summary>Returns the first line of the answer.</summary>
    private static async Task<string> SendSlowlyAsync(int port, string start)
    {
        using var connection = await RawConnection.SendAsync(port, start);
        var answer = connection.ReceiveUntilAsync("\r\n");
        using var ticks = new PeriodicTimer(BetweenBytes, TimeProvider.System);
        while (!answer.IsCompleted && await ticks.WaitForNextTickAsync())
        {
            try
            {
                await connection.SendMoreAsync("a");
            }
            catch (System.Net.Sockets.SocketException)
            {
                break; // closed meanwhile
            }
        }

        return await answer;
    }
}
