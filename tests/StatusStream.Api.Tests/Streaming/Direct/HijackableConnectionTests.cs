using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using PipelineAspire.StatusStream.Streaming.Direct;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming.Direct;

/// <summary>A connection that changes hands, seen by the HTTP stack and by its new owner.</summary>
public sealed class HijackableConnectionTests : IConnectionHeartbeatFeature
{
    private readonly Pipe _fromClient = new();
    private readonly Pipe _toClient = new();
    private readonly DefaultConnectionContext _connection;
    private readonly List<Action> _heartbeats = [];
    private string? _kept;
    private bool _isOwned;

    public HijackableConnectionTests()
    {
        _connection = new DefaultConnectionContext("1") { Transport = new Transport(_fromClient.Reader, _toClient.Writer) };
        _connection.Features.Set<IConnectionHeartbeatFeature>(this);
    }

    [Fact]
    public async Task ThePlainConnectionIsTheStacksToTheEnd()
    {
        await SendAsync("request");

        await ServeAsync(async stack =>
        {
            Assert.Equal("request", await ReadAsync(stack.Transport.Input));
            await WriteAsync(stack, "answer");
            await stack.Transport.Output.CompleteAsync();
            await stack.Transport.Input.CompleteAsync();
        });

        Assert.Equal("answer", await ReadAsync(_toClient.Reader));
        Assert.True((await _toClient.Reader.ReadAsync()).IsCompleted);
        Assert.False(_isOwned);
    }

    [Fact]
    public async Task WhatTheStackAnswersIsKeptForTheNewOwner()
    {
        await ServeAsync(async stack =>
        {
            Assert.True(Hijackable(stack).TryKeepAnswer());
            await WriteAsync(stack, "head ");
            await WriteAsync(stack, "and more");
            HijackFrom(stack);
        });

        Assert.Equal("head and more", _kept);
        Assert.False(_toClient.Reader.TryRead(out _));
    }

    [Fact]
    public async Task TheStackSeesTheEndOfItsInputAndTheNewOwnerWhatComesLater()
    {
        await SendAsync("request");
        await ServeAsync(async stack =>
        {
            await ReadAsync(stack.Transport.Input);
            Hijackable(stack).TryKeepAnswer();
            HijackFrom(stack);
            await SendAsync("more");

            var read = await stack.Transport.Input.ReadAsync();
            Assert.True(read.IsCompleted);
            Assert.True(read.Buffer.IsEmpty);
            stack.Transport.Input.AdvanceTo(read.Buffer.End);
            Assert.True(stack.Transport.Input.TryRead(out _));
            await stack.Transport.Input.CompleteAsync();
        });

        Assert.Equal("more", await ReadAsync(_connection.Transport.Input));
    }

    [Fact]
    public async Task TheEndOfTheRequestReachesNobody()
    {
        await ServeAsync(async stack =>
        {
            Hijackable(stack).TryKeepAnswer();
            await WriteAsync(stack, "head");
            HijackFrom(stack);
            await WriteAsync(stack, "0\r\n\r\n");
            await stack.Transport.Output.CompleteAsync();
        });

        Assert.Equal("head", _kept);
        await _connection.Transport.Output.WriteAsync("event"u8.ToArray());
        Assert.Equal("event", await ReadAsync(_toClient.Reader));
    }

    [Fact]
    public async Task AConnectionThatWasAnsweredOnBeforeIsNotToBeTaken()
    {
        await ServeAsync(async stack =>
        {
            await WriteAsync(stack, "an earlier answer");

            Assert.False(Hijackable(stack).TryKeepAnswer());
        });

        Assert.Equal("an earlier answer", await ReadAsync(_toClient.Reader));
    }

    [Fact]
    public async Task AConnectionThatWasTakenIsNotTakenTwice()
    {
        await ServeAsync(stack =>
        {
            Hijackable(stack).TryKeepAnswer();
            HijackFrom(stack);

            Assert.False(Hijackable(stack).TryKeepAnswer());
            return Task.CompletedTask;
        });

        Assert.True(_isOwned);
    }

    [Fact]
    public async Task WhereSomethingElseStandsBetweenTheConnectionIsNotToBeTaken()
    {
        await ServeAsync(stack =>
        {
            var between = stack.Transport;
            stack.Transport = new Transport(between.Input, between.Output);

            Assert.False(Hijackable(stack).TryKeepAnswer());
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task AnAnswerThatWasKeptInVainIsSentAndWhatFollowsToo()
    {
        await ServeAsync(async stack =>
        {
            Hijackable(stack).TryKeepAnswer();
            await WriteAsync(stack, "kept, ");
            Hijackable(stack).SendAnswer();
            await WriteAsync(stack, "then sent");

            Assert.False(Hijackable(stack).TryKeepAnswer());
        });

        Assert.Equal("kept, then sent", await ReadAsync(_toClient.Reader));
    }

    [Fact]
    public async Task TwoMayAskForHeartbeats()
    {
        var beats = 0;
        await ServeAsync(stack =>
        {
            for (var i = 0; i < 2; i++) stack.Features.Get<IConnectionHeartbeatFeature>()!.OnHeartbeat(_ => beats++, this);
            Assert.Single(_heartbeats)();
            return Task.CompletedTask;
        });

        Assert.Equal(2, beats);
    }

    [Fact]
    public async Task TheStackHasItsHeartbeatWhileItServesAndNoLonger()
    {
        var beats = 0;
        await ServeAsync(stack =>
        {
            stack.Features.Get<IConnectionHeartbeatFeature>()!.OnHeartbeat(_ => beats++, this);
            Assert.Single(_heartbeats)();
            Hijackable(stack).TryKeepAnswer();
            HijackFrom(stack);
            return Task.CompletedTask;
        });

        Assert.Single(_heartbeats)();
        Assert.Equal(1, beats);
    }

    [Fact]
    public async Task TheNewOwnerServesThoughTheStackFails()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => ServeAsync(stack =>
        {
            Hijackable(stack).TryKeepAnswer();
            HijackFrom(stack);
            throw new InvalidOperationException("a middleware failed");
        }));

        Assert.True(_isOwned);
    }

    [Fact]
    public async Task AfterwardsTheConnectionIsAsItWas()
    {
        var transport = _connection.Transport;

        await ServeAsync(_ => Task.CompletedTask);

        Assert.Same(transport, _connection.Transport);
        Assert.Same(this, _connection.Features.Get<IConnectionHeartbeatFeature>());
        Assert.Null(_connection.Features.Get<HijackableConnection>());
    }

    void IConnectionHeartbeatFeature.OnHeartbeat(Action<object> action, object state) => _heartbeats.Add(() => action(state));

    private static HijackableConnection Hijackable(ConnectionContext stack) => stack.Features.Get<HijackableConnection>()!;

    private void HijackFrom(ConnectionContext stack) => _kept = Encoding.ASCII.GetString(Hijackable(stack).Hijack(() =>
    {
        _isOwned = true;
        return Task.CompletedTask;
    }));

    private Task ServeAsync(Func<ConnectionContext, Task> stack) => HijackableConnection.ServeAsync(_connection, connection => stack(connection)).Soon();

    private async Task SendAsync(string text) => await _fromClient.Writer.WriteAsync(Encoding.ASCII.GetBytes(text));

    private static async Task WriteAsync(ConnectionContext stack, string text)
    {
        var output = stack.Transport.Output;
        Encoding.ASCII.GetBytes(text).CopyTo(output.GetSpan(text.Length));
        output.Advance(text.Length);
        await output.FlushAsync();
    }

    private static async Task<string> ReadAsync(PipeReader reader)
    {
        var read = await reader.ReadAsync().AsTask().Soon();
        var text = Encoding.ASCII.GetString(read.Buffer.ToArray());
        reader.AdvanceTo(read.Buffer.End);
        return text;
    }

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
