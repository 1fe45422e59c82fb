using Microsoft.AspNetCore.Http;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming;

/// <summary>Many clients at once, good ones and bad ones.</summary>
public sealed class CrowdTests : IAsyncLifetime
{
    private KestrelBackend _backend = null!;

    public async Task InitializeAsync() => _backend = await KestrelBackend.StartAsync();

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Invariant9_SlowClients_FiftyThatNeverReadDelayNobodyAndCostBoundedMemory(string direct)
    {
        const int Pipelines = 200;
        const int Flips = 30;
        await using var api = await ApiProcess.StartAsync(_backend, ("StatusStream:PollInterval", "00:00:00.100"), ("StatusStream:DirectStreams", direct));
        var ids = string.Join(',', Enumerable.Range(0, Pipelines).Select(i => $"p{i:d3}"));
        var deaf = new List<RawConnection>();
        for (var i = 0; i < 50; i++)
            deaf.Add(
                await RawConnection.SendAsync(
                    api.Port, $"GET /ui-api/pipeline/status/stream?pipelineIds={ids} HTTP/1.1\r\nHost: localhost\r\n\r\n", receiveBufferBytes: 4096));
        using var good = await SseClient.OpenAsync(api.Port, ids);
        await good.NextAsync();
        await FlipAsync(good, Pipelines, 2);
        var before = api.PrivateBytes;

        await FlipAsync(good, Pipelines, Flips);

        // 64 KiB each are allowed to the deaf ones; the rest is the room that a garbage collector takes.
        Assert.InRange(api.PrivateBytes - before, long.MinValue, (50 * 64 * 1024) + (32 * 1024 * 1024));
        foreach (var connection in deaf) connection.Dispose();
    }

    [Fact]
    public async Task Invariant10_Storm_AThousandReconnectsAtOnceAddNoBackendRead()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:PollInterval", "01:00:00"));
        using var first = await api.StreamAsync("a", "b");
        await first.NextAsync();
        for (var round = 0; round < 5; round++)
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => api.StreamAsync("a", "b")));
            foreach (var client in clients) Assert.Equal("batch a=active b=active", await client.NextTextAsync());
            foreach (var client in clients) client.Dispose();
        }

        // A new pipeline's second read comes at its phase, within the hour.
        Assert.InRange(api.Backend.ReadsOf("a"), 1, 2);
        Assert.InRange(api.Backend.ReadsOf("b"), 1, 2);
        await Patience.UntilAsync(() => api.Streams.Count == 1, "all but the first have left");
    }

    [Fact]
    public async Task Invariant1_OneLoop_NinetyClientsCostTheBackendWhatOneCosts()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:PollInterval", "00:00:00.200"));
        var ids = Enumerable.Range(0, 10).Select(i => $"p{i}").ToArray();
        var clients = await Task.WhenAll(Enumerable.Range(0, 90).Select(_ => api.StreamAsync(ids)));
        foreach (var client in clients) await client.NextAsync();

        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        var before = api.Backend.TotalReads;
        await Patience.UntilAsync(() => api.Backend.TotalReads >= before + 50, "five intervals");
        var intervals = clock.GetElapsedTime(start) / TimeSpan.FromMilliseconds(200);

        Assert.InRange(api.Backend.TotalReads - before, 50, 10 * (int)(intervals + 2));
        foreach (var client in clients) client.Dispose();
    }

    [Fact]
    public async Task Invariant8_OneBadPipeline_NoFaultOfOneDelaysAnother()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:RequestTimeout", "00:00:02"));
        using var client = await api.StreamAsync("bad", "good");
        await client.NextAsync();
        RequestDelegate[] faults = [api.Backend.HangAsync, KestrelBackend.Code(500), KestrelBackend.Json("{"), Drop];
        string[] names = ["Paused", "Running"];
        for (var i = 0; i < 12; i++)
        {
            api.Backend.Answers("bad", faults[i % faults.Length]);
            var reads = api.Backend.ReadsOf("good");
            api.Backend.Says("good", names[i % 2]);
            await client.UntilAsync(i % 2 == 0 ? "good active->paused" : "good paused->active");
            Assert.InRange(api.Backend.ReadsOf("good") - reads, 1, 10);
        }
    }

    private static Task Drop(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private async Task FlipAsync(SseClient good, int pipelines, int flips)
    {
        for (var flip = 0; flip < flips; flip++)
        {
            var status = flip % 2 == 0 ? "Paused" : "Running";
            _backend.Otherwise = KestrelBackend.Status(status);
            var told = new HashSet<string>(StringComparer.Ordinal);
            while (told.Count < pipelines)
            {
                var update = await good.NextAsync();
                if (update.Event == "status_update" && update.Text("status") == (flip % 2 == 0 ? "paused" : "active")) told.Add(update.Text("pipelineId"));
            }
        }
    }
}
