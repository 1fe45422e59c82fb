using System.Text;
using System.Text.Json;
using PipelineAspire.StatusStream.Fuzz.Tests.Fuzzing;

namespace PipelineAspire.StatusStream.Fuzz.Tests.Abuse;

/// <summary>Clients that ask and do not read: each costs little, however large the answer, and nobody else waits for them. Those of streams: SlowClientTests, StreamSessionTests.</summary>
public sealed class SlowReaderTests
{
    private const int Readers = 60;
    private const int Pipelines = 20_000;
    private const int MostBytesEach = 256 * 1024;
    private const int LeastChanges = 5;

    private static readonly TimeSpan Converged = TimeSpan.FromSeconds(6);

    [Theory]
    [InlineData("/ui-api/pipeline")]
    [InlineData("/ui-api/pipeline/large/health")]
    public async Task ThoseWhoDoNotReadCostLittleAndDelayNobody(string target)
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:PollInterval", "00:00:00.200"), ("PipelineBackend:MaxBodyBytes", "4000000"));
        var items = Enumerable.Range(0, Pipelines).Select(i => new { pipeline_id = $"p-{i}", pipeline_name = new string('x', 50), overall_status = "Running" });
        var list = JsonSerializer.Serialize(items);
        Assert.True(list.Length > 4 * MostBytesEach, "the answer is large");
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json(list));
        api.Backend.Answers("large", KestrelBackend.Json($$"""{"overall_status":"Running","note":{{list}}}"""));
        using var honest = await HonestStream.OpenAsync(api.Url.Port, api.Backend);
        await ReadWholeAsync(api, target); // what is kept once for all
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var readers = new List<RawConnection>();
        try
        {
            for (var i = 0; i < Readers; i++)
            {
                readers.Add(await RawConnection.SendAsync(api.Url.Port, $"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n", receiveBufferBytes: 4096));
                Assert.StartsWith("HTTP/1.1 200 ", await readers[i].ReceiveUntilAsync("\r\n"), StringComparison.Ordinal);
            }

            await honest.WatchUntilAsync(Patience.UntilAsync(() => honest.Changes >= LeastChanges, "the honest stream hears of changes"));

            Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / Readers, long.MinValue, MostBytesEach);
            Assert.InRange(honest.Slowest, TimeSpan.Zero, Converged);
        }
        finally
        {
            foreach (var reader in readers) reader.Dispose();
        }
    }

    private static async Task ReadWholeAsync(RunningApi api, string target)
    {
        using var response = await api.GetAsync(target);
        Assert.NotEmpty(Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()));
    }
}
