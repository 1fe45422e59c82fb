using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming.Compression;

/// <summary>Who gets a compressed stream, and how it looks on the wire, straight to the socket and through the HTTP stack.</summary>
public class CompressedEndpointTests
{
    private const string ContentEncoding = "\r\nContent-Encoding: gzip\r\n";
    private const string Vary = "\r\nVary: Accept-Encoding\r\n";

    [Theory]
    [InlineData("true", "Snapshot", "gzip, deflate, br, zstd")]
    [InlineData("false", "Snapshot", "gzip, deflate, br, zstd")]
    [InlineData("true", "All", "*;q=0.5")]
    [InlineData("false", "All", "*;q=0.5")]
    public async Task WhoAcceptsGzipGetsItAndIsToldSo(string direct, string compression, string accepted)
    {
        await using var api = await StartAsync(direct, compression);
        using var client = await SseClient.OpenAsync(api.Url.Port, "a", $"Accept-Encoding: {accepted}\r\n");

        Assert.Contains(ContentEncoding, client.Head, StringComparison.Ordinal);
        Assert.Contains(Vary, client.Head, StringComparison.Ordinal);
        Assert.Equal("batch a=active", await client.NextTextAsync());
    }

    [Theory]
    [InlineData("true", "All", "")]
    [InlineData("false", "All", "")]
    [InlineData("true", "All", "Accept-Encoding: gzip;q=0\r\n")]
    [InlineData("false", "All", "Accept-Encoding: br\r\n")]
    [InlineData("true", "Off", "Accept-Encoding: gzip\r\n")]
    [InlineData("false", "Off", "Accept-Encoding: gzip\r\n")]
    public async Task EverybodyElseGetsTheStreamAsItIs(string direct, string compression, string header)
    {
        await using var api = await StartAsync(direct, compression);
        using var client = await SseClient.OpenAsync(api.Url.Port, "a", header);

        Assert.DoesNotContain("Content-Encoding", client.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Vary", client.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("batch a=active", await client.NextTextAsync());
    }

    [Theory]
    [InlineData("true", "Snapshot")]
    [InlineData("false", "Snapshot")]
    [InlineData("true", "All")]
    [InlineData("false", "All")]
    public async Task WhenTheReplicaGoesAwayAStrictDecoderReadsToTheEnd(string direct, string compression)
    {
        await using var api = await StartAsync(direct, compression);
        api.StreamHeaders = "Accept-Encoding: gzip\r\n";
        using var client = await api.StreamAsync([.. Enumerable.Range(0, 100).Select(i => $"p{i}")]);
        await client.NextAsync();
        var stopping = api.App.StopAsync();

        Assert.Equal("server_draining", await client.NextTextAsync());
        Assert.Null(await client.NextOrEndAsync());
        await stopping.Soon();
    }

    private static Task<RunningApi> StartAsync(string direct, string compression) =>
        RunningApi.StartAsync(("StatusStream:DirectStreams", direct), ("StatusStream:Compression", compression));
}
