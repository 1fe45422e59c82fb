using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming;

/// <summary>How a replica goes away.</summary>
public sealed class ShutdownTests : IAsyncLifetime
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    private KestrelBackend _backend = null!;

    public async Task InitializeAsync() => _backend = await KestrelBackend.StartAsync();

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    [Fact]
    public async Task Invariant10_Drain_OnSigtermHundredStreamsAreToldAndTheProcessIsGoneWithinFiveSeconds()
    {
        await using var api = await ApiProcess.StartAsync(_backend);
        var clients = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => SseClient.OpenAsync(api.Port, "a,b")));
        foreach (var client in clients) Assert.Equal("batch a=active b=active", await client.NextTextAsync());

        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        api.Terminate();
        var ends = await Task.WhenAll(clients.Select(async client =>
        {
            Assert.Equal("server_draining", await client.NextTextAsync());
            Assert.Null(await client.NextOrEndAsync());
            return clock.GetElapsedTime(start);
        }));
        await api.ExitAsync(Promised - clock.GetElapsedTime(start));

        Assert.Equal(0, api.ExitCode);
        Assert.True(ends.Max() - ends.Min() > TimeSpan.FromSeconds(0.5), "the ends are not spread");
        foreach (var client in clients) client.Dispose();
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Invariant10_Drain_ClientsThatDoNotReadAndABackendThatHangsHoldNobodyUp(string direct)
    {
        _backend.Answers("hangs", _backend.HangAsync);
        await using var api = await ApiProcess.StartAsync(
            _backend, ("StatusStream:PollInterval", "00:00:00.020"), ("StatusStream:RequestTimeout", "00:01:00"), ("StatusStream:DirectStreams", direct));
        using var waits = await SseClient.OpenAsync(api.Port, "hangs");
        var ids = string.Join(',', Enumerable.Range(0, 200).Select(i => $"pipeline-with-a-long-name-{i}"));
        var stuck = new List<RawConnection>();
        for (var i = 0; i < 10; i++)
            stuck.Add(
                await RawConnection.SendAsync(
                    api.Port, $"GET /ui-api/pipeline/status/stream?pipelineIds={ids} HTTP/1.1\r\nHost: localhost\r\n\r\n", receiveBufferBytes: 4096));
        using var poll = await RawConnection.SendAsync(api.Port, "GET /ui-api/pipeline/hangs/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        using (var client = await SseClient.OpenAsync(api.Port, ids))
        {
            await client.NextAsync();
            for (var flip = 0; flip < 20; flip++)
            {
                _backend.Otherwise = KestrelBackend.Status(flip % 2 == 0 ? "Paused" : "Running");
                await client.UntilAsync($"pipeline-with-a-long-name-199 {(flip % 2 == 0 ? "active->paused" : "paused->active")}");
            }
        }

        api.Terminate();
        await api.ExitAsync(Promised);

        Assert.Equal(0, api.ExitCode);
        Assert.True(!api.Output.Contains("Unhandled", StringComparison.Ordinal), api.Output);
        foreach (var connection in stuck) connection.Dispose();
    }

    [Fact]
    public async Task WithoutStreamsItIsGoneAtOnce()
    {
        await using var api = await ApiProcess.StartAsync(_backend);
        api.Terminate();

        await api.ExitAsync(Promised);
        Assert.Equal(0, api.ExitCode);
    }
}
