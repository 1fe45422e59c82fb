using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Fuzz.Tests.Fuzzing;

namespace PipelineAspire.StatusStream.Fuzz.Tests.Abuse;

/// <summary>
/// Clients that ask for a large list and do not read it: each costs little, is cut off, and nobody else waits for them. Those of streams: SlowClientTests,
/// StreamSessionTests.
/// </summary>
public sealed class SlowReaderTests
{
    private const int Readers = 60;
    private const int MostBytesEach = 256 * 1024;
    private const string List = "/ui-api/pipeline";

    private const double Fast = 64 * 1024;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Converged = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task ManyWhoDoNotReadAListCostOneCopyOfIt()
    {
        await using var api = await StartAsync("01:00:00", pipelines: 20_000); // one list for all
        (await api.GetAsync(List)).Dispose();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var readers = await OpenAsync(api);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Readers;

        readers.ForEach(reader => reader.Dispose());
        Assert.InRange(each, long.MinValue, MostBytesEach);
    }

    [Fact]
    public async Task ThoseWhoDoNotReadAListAreCutOffAndDelayNobody()
    {
        await using var api = await StartAsync("00:00:00.200", pipelines: 5_000, rate => Assert.Equal(4096, rate!.BytesPerSecond));
        using var connections = new OpenConnections(api.Url.Port);
        using var honest = await HonestStream.OpenAsync(api.Url.Port, api.Backend);

        var readers = await OpenAsync(api);
        await honest.WatchUntilAsync(Patience.UntilAsync(() => connections.Count == 1, "they are cut off"));

        readers.ForEach(reader => reader.Dispose());
        Assert.InRange(honest.Slowest, TimeSpan.Zero, Converged);
    }

    private static async Task<RunningApi> StartAsync(string interval, int pipelines, Action<MinDataRate?>? seeRate = null)
    {
        var api = await RunningApi.StartAsync(
            services => services.PostConfigure<KestrelServerOptions>(kestrel =>
            {
                seeRate?.Invoke(kestrel.Limits.MinResponseDataRate);
                if (seeRate is not null) kestrel.Limits.MinResponseDataRate = new MinDataRate(Fast, Grace); // nobody waits a minute here
            }),
            ("StatusStream:PollInterval", interval));
        var items = Enumerable.Range(0, pipelines).Select(i => new { pipeline_id = $"p-{i}", pipeline_name = new string('x', 50), overall_status = "Running" });
        var list = JsonSerializer.Serialize(items);
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json(list));
        return api;
    }

    /// <summary>Readers that have seen how their answer begins.</summary>
    private static async Task<List<RawConnection>> OpenAsync(RunningApi api)
    {
        return [.. await Task.WhenAll(Enumerable.Range(0, Readers).Select(async _ =>
        {
            var reader = await RawConnection.SendAsync(api.Url.Port, $"GET {List} HTTP/1.1\r\nHost: localhost\r\n\r\n", receiveBufferBytes: 4096);
            Assert.StartsWith("HTTP/1.1 200 ", await reader.ReceiveUntilAsync("\r\n"), StringComparison.Ordinal);
            return reader;
        }))];
    }
}
