using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PipelineAspire.StatusStream.Streaming.Direct;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming.Direct;

public sealed class ChunkedSocketWriterTests : IDisposable
{
    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
    private readonly Socket _server;
    private readonly ChunkedSocketWriter _writer;

    public ChunkedSocketWriterTests()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = 4096 };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _client.Connect(listener.LocalEndPoint!);
        _server = listener.Accept();
        _writer = new ChunkedSocketWriter(_server);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _server.Dispose();
        _client.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(4095)]
    [InlineData(70_000)]
    public async Task AFlushIsOneChunk(int length)
    {
        var data = new string('x', length);
        var receiving = ReceiveAsync($"{length:x}\r\n{data}\r\n".Length);
        _writer.Write(Encoding.ASCII.GetBytes(data));
        var flushed = await _writer.FlushAsync().AsTask().Soon();

        Assert.False(flushed.IsCompleted);
        Assert.Equal($"{length:x}\r\n{data}\r\n", await receiving);
    }

    [Fact]
    public async Task SeveralWritesAreOneChunkAndNoneIsNone()
    {
        await _writer.FlushAsync();
        _writer.Write("event: "u8);
        _writer.Write("x\n\n"u8);
        Assert.Equal(10, _writer.UnflushedBytes);
        await _writer.FlushAsync();
        Assert.Equal(0, _writer.UnflushedBytes);
        _writer.End();

        Assert.Equal("a\r\nevent: x\n\n\r\n0\r\n\r\n", await ReceiveAsync(20));
    }

    [Fact]
    public async Task WhatTheKernelDoesNotTakeAtOnceFollowsInOrder()
    {
        var sent = new StringBuilder();
        var pending = ValueTask.FromResult(default(System.IO.Pipelines.FlushResult));
        for (var i = 0; pending.IsCompleted; i++)
        {
            Assert.InRange(i, 0, 10_000);
            var frame = $"{i:d8}{new string('y', 1000)}";
            sent.Append($"{frame.Length:x}\r\n{frame}\r\n");
            _writer.Write(Encoding.ASCII.GetBytes(frame));
            pending = _writer.FlushAsync();
        }

        var received = await ReceiveAsync(sent.Length);
        Assert.False((await pending.AsTask().Soon()).IsCompleted);
        Assert.Equal(sent.ToString(), received);
    }

    [Fact]
    public async Task AConnectionThatIsGoneEndsTheFlush()
    {
        _client.Close(0);
        var isGone = false;
        for (var i = 0; i < 1000 && !isGone; i++)
        {
            _writer.Write("x"u8);
            isGone = (await _writer.FlushAsync().AsTask().Soon()).IsCompleted;
        }

        Assert.True(isGone);
    }

    [Fact]
    public async Task AConnectionBrokenFromThisSideEndsAFlushUnderWay()
    {
        var pending = ValueTask.FromResult(default(System.IO.Pipelines.FlushResult));
        for (var i = 0; pending.IsCompleted; i++)
        {
            Assert.InRange(i, 0, 10_000);
            _writer.Write(new byte[1000]);
            pending = _writer.FlushAsync();
        }

        _server.Dispose();
        Assert.True((await pending.AsTask().Soon()).IsCompleted);
        Assert.False(_writer.Begin("x"u8));
    }

    private async Task<string> ReceiveAsync(int length)
    {
        var buffer = new byte[length];
        for (var received = 0; received < length;)
        {
            var read = await _client.ReceiveAsync(buffer.AsMemory(received)).AsTask().Soon();
            Assert.NotEqual(0, read);
            received += read;
        }

        return Encoding.ASCII.GetString(buffer);
    }
}
