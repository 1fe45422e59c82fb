using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Streaming.Direct;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming.Direct;

public class RequestPeekTests
{
    private const string Request = "GET /ui-api/pipeline/status/stream?pipelineIds=a,b HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 7f3a9c0d12e4b85f-41\r\n\r\n";

    private readonly FakeTimeProvider _clock = new();
    private readonly Pipe _connection = new();

    [Fact]
    public async Task ARequestForAStreamIsUnderstood()
    {
        await SendAsync(Request);

        var request = (await PeekAsync())!.ToStreamRequest(500)!;
        Assert.Equal(["a", "b"], request.PipelineIds);
        Assert.Equal("7f3a9c0d12e4b85f-41", request.LastEventId.ToString());
    }

    [Fact]
    public async Task ARequestMayComeInPieces()
    {
        var peeking = PeekAsync();
        foreach (var character in Request)
        {
            Assert.False(peeking.IsCompleted);
            await SendAsync(character.ToString());
        }

        Assert.NotNull((await peeking)!.ToStreamRequest(500));
    }

    [Theory]
    [InlineData("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET /h")]
    [InlineData("\u0016\u0003\u0001")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("HEAD /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.0\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a b HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nno header\r\n\r\n")]
    public async Task WhatIsNoRequestForAStreamIsHandedOnAtOnceAndWhole(string text)
    {
        await SendAsync(text);

        Assert.Null(await PeekAsync());
        Assert.Equal(text, await ReadAsync());
    }

    [Theory]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a/b HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds= HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: lo cal/host\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\n\r\n")]
    public async Task AnUnusualRequestForAStreamIsHandedOnWhole(string text)
    {
        await SendAsync(text);

        Assert.Null((await PeekAsync())?.ToStreamRequest(500));
        Assert.Equal(text, await ReadAsync());
    }

    [Fact]
    public async Task MorePipelinesThanAllowedAreForTheHttpStackToRefuse()
    {
        await SendAsync(Request);

        Assert.Null((await PeekAsync())!.ToStreamRequest(mostPipelines: 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipel")]
    public async Task AClientThatStallsIsHandedOnWithWhatItSaid(string beginning)
    {
        if (beginning.Length > 0) await SendAsync(beginning);
        var peeking = PeekAsync();
        _clock.Advance(RequestPeek.Patience - TimeSpan.FromMilliseconds(1));
        Assert.False(peeking.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Null(await peeking);
        Assert.Equal(beginning, await ReadAsync());
    }

    [Fact]
    public async Task AHeadWithoutEndIsHandedOn()
    {
        var text = "GET /ui-api/pipeline/status/stream?pipelineIds=a" + new string(',', 200 * 1024);
        var sending = SendAsync(text);

        Assert.Null(await PeekAsync());
        var read = await _connection.Reader.ReadAsync().AsTask().Soon();
        _connection.Reader.AdvanceTo(read.Buffer.End);
        await sending;
    }

    [Fact]
    public async Task AConnectionThatEndsBeforeItsRequestIsHandedOn()
    {
        await SendAsync(Request[..20]);
        await _connection.Writer.CompleteAsync();

        Assert.Null(await PeekAsync());
    }

    private Task<RequestHead?> PeekAsync() => new RequestPeek(_connection.Reader, _clock).HeadAsync().AsTask().Soon();

    private async Task SendAsync(string text) => await _connection.Writer.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>What the next reader sees at once.</summary>
    private async Task<string> ReadAsync()
    {
        var read = await _connection.Reader.ReadAsync().AsTask().Soon();
        return Encoding.Latin1.GetString(System.Buffers.BuffersExtensions.ToArray(read.Buffer));
    }
}
