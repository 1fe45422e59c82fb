using System.Globalization;
using System.Net.Sockets;
using System.Text;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Http;

/// <summary>Bodies that are too large, from clients that send all of it before they listen: most libraries do.</summary>
public class LargeBodyTests
{
    private const string Watch = "/ui-api/pipeline/status/stream/watch";
    private const string Notify = "/ui-api/pipeline/notify";

    [Theory]
    [InlineData(Watch)]
    [InlineData(Notify)]
    public async Task WhoSendsAllOfItBeforeListeningIsAnsweredNotCutOff(string path)
    {
        await using var api = await RunningApi.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(api.Url.Host, api.Url.Port).Soon();
        var connection = client.GetStream();
        for (var time = 0; time < 2; time++) // the connection is good for more
        {
            await SendAsync(connection, path, RequestBody.MaxDiscardedBytes / 2);
            Assert.StartsWith("HTTP/1.1 413", await ReadAsync(connection), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Expect: 100-continue\r\n")]
    public async Task WhatNobodyWouldTakeIsRefusedUnsent(string header)
    {
        await using var api = await RunningApi.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(api.Url.Host, api.Url.Port).Soon();
        var connection = client.GetStream();
        var length = header.Length == 0 ? RequestBody.MaxDiscardedBytes + 1 : (1024 * 1024) + 1;
        await connection.WriteAsync(Head(Watch, length, header)).AsTask().Soon();

        Assert.StartsWith("HTTP/1.1 413", await ReadAsync(connection), StringComparison.Ordinal);
    }

    private static byte[] Head(string path, int length, string header = "") => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n{header}\r\n"));

    private static async Task SendAsync(NetworkStream connection, string path, int length)
    {
        await connection.WriteAsync(Head(path, length)).AsTask().Soon();
        var piece = new byte[64 * 1024];
        for (var sent = 0; sent < length; sent += piece.Length) await connection.WriteAsync(piece).AsTask().Soon();
    }

    /// <summary>The answer with its last chunk.</summary>
    private static async Task<string> ReadAsync(NetworkStream connection)
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        while (!text.ToString().EndsWith("0\r\n\r\n", StringComparison.Ordinal) && await connection.ReadAsync(buffer).AsTask().Soon() is > 0 and var read)
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        return text.ToString();
    }
}
