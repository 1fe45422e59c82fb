using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming.Direct;

/// <summary>Connections that are more than one flawless request.</summary>
public sealed class DirectStreamsTests : IAsyncLifetime
{
    private const string Stream = "GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private RunningApi _api = null!;

    public async Task InitializeAsync() => _api = await RunningApi.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task AStreamMayBeTheSecondRequestOfAConnection()
    {
        using var connection = await RawConnection.SendAsync(_api.Url.Port, "GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await connection.ReceiveUntilAsync("Healthy");
        await connection.SendMoreAsync(Stream);

        Assert.Contains("event: batch_update", await connection.ReceiveUntilAsync("]}\n\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARequestInTwoPiecesIsServed()
    {
        using var connection = await RawConnection.SendAsync(_api.Url.Port, Stream[..40]);
        await connection.SendMoreAsync(Stream[40..]);

        Assert.Contains("event: batch_update", await connection.ReceiveUntilAsync("]}\n\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARefusedRequestInTwoPiecesIsRefusedAsEver()
    {
        using var connection = await RawConnection.SendAsync(_api.Url.Port, "GET /ui-api/pipeline/status/stream?pipelineIds=a/b HT");
        await connection.SendMoreAsync("TP/1.1\r\nHost: localhost\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", await connection.ReceiveUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatAClientSendsDuringAStreamIsIgnoredAndItsLeavingNoticed()
    {
        using (var connection = await RawConnection.SendAsync(_api.Url.Port, Stream))
        {
            await connection.ReceiveUntilAsync("]}\n\n");
            await connection.SendMoreAsync(new string('x', 300_000));
            _api.Backend.Says("a", "Paused");
            Assert.Contains("\"status\":\"paused\"", await connection.ReceiveUntilAsync("\"active\"}\n\n"), StringComparison.Ordinal);
            Assert.Equal(1, _api.Streams.Count);
        }

        await Patience.UntilAsync(() => _api.Streams.Count == 0, "the stream's end");
    }
}
