using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Streaming;
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
    public async Task TwoRequestsAtOnceAreAnsweredInTheirOrder()
    {
        using var connection = await RawConnection.SendAsync(_api.Url.Port, "GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n" + Stream);

        await connection.ReceiveUntilAsync("Healthy");
        Assert.Contains("event: batch_update", await connection.ReceiveUntilAsync("]}\n\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Connection: close\r\n", "close")]
    [InlineData("Connection: Keep-Alive, Close\r\n", "close")]
    [InlineData("Connection: keep-alive\r\n", "keep-alive")]
    [InlineData("", "keep-alive")]
    public async Task TheAnswerSaysOfTheConnectionWhatTheClientAskedFor(string header, string answered)
    {
        using var connection = await RawConnection.SendAsync(_api.Url.Port, Stream[..^2] + header + "\r\n");

        var head = await connection.ReceiveUntilAsync("\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", head, StringComparison.Ordinal);
        Assert.Contains($"\r\nConnection: {answered}\r\n", head, StringComparison.Ordinal);
        Assert.Contains("event: batch_update", await connection.ReceiveUntilAsync("]}\n\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 4\r\n\r\nbody")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n")]
    [InlineData("Upgrade: h2c\r\n\r\n")]
    [InlineData("X-Long: 1234567890123456789012345678901234567890\r\n\r\n")]
    public async Task AnUnusualRequestIsServedLikeAnyOther(string rest)
    {
        using var connection = await RawConnection.SendAsync(_api.Url.Port, Stream[..^2] + rest);

        Assert.Contains("event: batch_update", await connection.ReceiveUntilAsync("]}\n\n"), StringComparison.Ordinal);
        _api.Backend.Says("a", "Paused");
        Assert.Contains("\"status\":\"paused\"", await connection.ReceiveUntilAsync("\"active\"}\n\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a b HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nno header\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: lo cal/host\r\n\r\n")]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds= HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    public async Task AMalformedRequestIsRefused(string request)
    {
        using var connection = await RawConnection.SendAsync(_api.Url.Port, request);

        Assert.StartsWith("HTTP/1.1 400 ", await connection.ReceiveUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStreamIsNoRequestUnderWay()
    {
        var meters = _api.App.Services.GetRequiredService<IMeterFactory>();
        var underWay = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "http.server.active_requests" && ReferenceEquals(instrument.Meter.Scope, meters)) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, change, _, _) => Interlocked.Add(ref underWay, change));
        listener.Start();

        using var connection = await RawConnection.SendAsync(_api.Url.Port, Stream);

        await connection.ReceiveUntilAsync("]}\n\n");
        Assert.Equal(1, _api.Streams.Count);
        Assert.Equal(0, Interlocked.Read(ref underWay));
    }

    [Fact]
    public async Task AnAnswerThatFailsBeforeItBeginsIsGivenAllTheSame()
    {
        await using var app = Api.Program.Build(
            ["--urls=http://127.0.0.1:0", "--PipelineBackend:BaseUrl=http://127.0.0.1:9", "--Logging:LogLevel:Default=None"],
            services => services.AddSingleton<IStartupFilter>(new FailingAnswers()));
        await app.StartAsync();
        using var connection = await RawConnection.SendAsync(new Uri(app.Urls.Single()).Port, Stream);

        Assert.StartsWith("HTTP/1.1 500 ", await connection.ReceiveUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(0, app.Services.GetRequiredService<StreamRegistry>().Count);
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

    /// <summary>A middleware of the host whose callback fails as the answer begins.</summary>
    private sealed class FailingAnswers : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((HttpContext context, RequestDelegate rest) =>
            {
                context.Response.OnStarting(() => throw new InvalidOperationException("no answer"));
                return rest(context);
            });
            next(app);
        };
    }
}
