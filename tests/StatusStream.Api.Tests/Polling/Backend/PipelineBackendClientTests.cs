using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Polling.Backend;

/// <summary>The reader as it is set up for the whole replica, against a backend on a real connection.</summary>
public sealed class PipelineBackendClientTests : IAsyncLifetime
{
    private KestrelBackend _backend = null!;

    public async Task InitializeAsync() => _backend = await KestrelBackend.StartAsync();

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    [Fact]
    public async Task AGoodAnswerIsAStatusWithItsBody()
    {
        _backend.Answers("a", KestrelBackend.Json("""{"overall_status":"Paused","extra":1}"""));

        var reading = await ReadAsync();

        Assert.Equal((PipelineCondition.Ok, PipelineStatus.Paused), (reading.Condition, reading.Status));
        Assert.Equal("""{"overall_status":"Paused","extra":1}""", Encoding.UTF8.GetString(reading.Body.Span));
    }

    [Theory]
    [InlineData(404, PipelineCondition.NotFound)]
    [InlineData(400, PipelineCondition.Error)]
    [InlineData(401, PipelineCondition.Error)]
    [InlineData(500, PipelineCondition.Error)]
    [InlineData(503, PipelineCondition.Error)]
    [InlineData(204, PipelineCondition.Error)]
    public async Task AnotherStatusCodeIsAFailure(int statusCode, PipelineCondition condition)
    {
        _backend.Answers("a", KestrelBackend.Code(statusCode));

        Assert.Equal(condition, (await ReadAsync()).Condition);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html></html>")]
    [InlineData("[]")]
    [InlineData("""{"overall_status":"Running" """)]
    public async Task ABodyThatIsNoHealthDocumentIsABadAnswer(string body)
    {
        _backend.Answers("a", KestrelBackend.Json(body));

        Assert.Equal(PipelineCondition.Error, (await ReadAsync()).Condition);
    }

    [Fact]
    public async Task ABodyCutShortIsABadAnswer()
    {
        _backend.Answers("a", async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{\"overall_status\":\"Running\"");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        Assert.Equal(PipelineCondition.Error, (await ReadAsync()).Condition);
    }

    [Fact]
    public async Task ADroppedConnectionIsABadAnswer()
    {
        _backend.Answers("a", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        Assert.Equal(PipelineCondition.Error, (await ReadAsync()).Condition);
    }

    [Fact]
    public async Task NobodyThereIsABadAnswer()
    {
        var gone = await KestrelBackend.StartAsync();
        var url = gone.Url;
        await gone.DisposeAsync();

        Assert.Equal(PipelineCondition.Error, (await ReadAsync(("PipelineBackend:BaseUrl", url))).Condition);
    }

    [Fact]
    public async Task HttpsAtAPlainPortIsCalledWhatItIs()
    {
        var reading = await ReadAsync(("PipelineBackend:BaseUrl", _backend.Url.Replace("http:", "https:", StringComparison.Ordinal)));

        Assert.StartsWith("The SSL connection could not be established: ", reading.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("inner exception", reading.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    public async Task AFailureSaysWhereItHasAskedAndNoSecret(int statusCode)
    {
        _backend.Otherwise = KestrelBackend.Code(statusCode);

        var reading = await ReadAsync(
            ("PipelineBackend:BaseUrl", _backend.Url.Replace("//", "//me:hush@", StringComparison.Ordinal) + "/wrong"),
            ("PipelineBackend:HealthPath", "/pipeline/{id}/health?key=hush"));

        Assert.Equal($"{_backend.Url}/wrong/pipeline/a/health", reading.Address);
    }

    [Theory]
    [InlineData("http://backend", SocketError.HostNotFound, true)]
    [InlineData("http://backend", SocketError.TryAgain, true)]
    [InlineData("http://backend", SocketError.ConnectionRefused, false)]
    [InlineData("http://my-backend", SocketError.HostNotFound, false)]
    public void ADefaultThatIsNotThereNamesItsSetting(string baseUrl, SocketError code, bool isNamed)
    {
        var words = BackendAddress.Words(new HttpRequestException("Not there", new SocketException((int)code)), baseUrl);

        Assert.Equal(isNamed ? ": PipelineBackend:BaseUrl is not set, and this is its default" : "", words);
    }

    [Fact]
    public async Task TheDeadlineIncludesTheBody()
    {
        _backend.Answers("a", async context =>
        {
            await context.Response.WriteAsync("{\"overall_status\":");
            await context.Response.Body.FlushAsync();
            await _backend.HangAsync(context);
        });

        Assert.Equal(PipelineCondition.Timeout, (await ReadAsync(("StatusStream:RequestTimeout", "00:00:00.200"))).Condition);
    }

    [Fact]
    public async Task ABackendThatSaysNothingIsNoAnswer()
    {
        _backend.Answers("a", _backend.HangAsync);

        Assert.Equal(PipelineCondition.Timeout, (await ReadAsync(("StatusStream:RequestTimeout", "00:00:00.200"))).Condition);
    }

    [Fact]
    public async Task GivingUpTheReadIsNoReading()
    {
        _backend.Answers("a", _backend.HangAsync);
        await using var replica = Replica(null);
        using var caller = new CancellationTokenSource();
        var read = replica.Services.GetRequiredService<IPipelineBackend>().ReadAsync("a", known: null, caller.Token).AsTask();
        await Patience.UntilAsync(() => _backend.ReadsOf("a") == 1, "the read begins");
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.Soon());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ABodyOf64KilobytesIsReadAndOneByteMoreIsNot(bool chunked)
    {
        Assert.Equal(PipelineCondition.Ok, await ReadBodyOfAsync(64 * 1024, chunked));
        Assert.Equal(PipelineCondition.Error, await ReadBodyOfAsync((64 * 1024) + 1, chunked));
    }

    [Fact]
    public async Task ABodyWithoutEndIsGivenUpAtTheLimitAndNotAtTheDeadline()
    {
        var sent = 0L;
        _backend.Answers("a", async context =>
        {
            var piece = new byte[4096];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
                Interlocked.Add(ref sent, piece.Length);
            }
        });

        Assert.Equal(PipelineCondition.Error, (await ReadAsync(("StatusStream:RequestTimeout", "00:05:00"))).Condition);
        Assert.True(Interlocked.Read(ref sent) >= 64 * 1024);
    }

    [Fact]
    public async Task ABombOfCompressedNothingIsGivenUpAtTheLimit()
    {
        _backend.Answers("a", async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            for (var i = 0; i < 100; i++) await gzip.WriteAsync(new byte[100_000]);
        });

        Assert.Equal(PipelineCondition.Error, (await ReadAsync()).Condition);
    }

    [Fact]
    public async Task ACompressedBodyIsRead()
    {
        _backend.Answers("a", async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync("""{"overall_status":"Stopped"}"""u8.ToArray());
        });

        Assert.Equal(PipelineStatus.Stopped, (await ReadAsync()).Status);
        Assert.Contains("gzip", _backend.LastHeaders!.AcceptEncoding.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task ABodyThatIsNotWhatItsEncodingSaysIsABadAnswer(string encoding)
    {
        RequestDelegate garbage = async context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(new string('?', 100)));
        };
        _backend.Answers("a", garbage);
        _backend.AnswersAt("/pipeline", garbage);
        await using var replica = Replica(null);
        var client = replica.Services.GetRequiredService<IPipelineBackend>();

        Assert.Equal(PipelineCondition.Error, (await client.ReadAsync("a", known: null, CancellationToken.None).Soon()).Condition);
        Assert.False((await Assert.ThrowsAsync<BackendException>(() => client.ListAsync(known: null, CancellationToken.None).Soon())).TimedOut);
    }

    [Fact]
    public async Task AByteOrderMarkIsPassedOver()
    {
        _backend.Answers("a", KestrelBackend.Json("\uFEFF{\"overall_status\":\"Stopped\"}"));

        var reading = await ReadAsync();
        Assert.Equal(PipelineStatus.Stopped, reading.Status);
        Assert.Equal((byte)'{', reading.Body.Span[0]);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("soon", null)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", null)]
    public async Task RetryAfterIsTakenInSeconds(string header, int? seconds)
    {
        _backend.Answers("a", context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = header;
            return Task.CompletedTask;
        });

        Assert.Equal(seconds, (int?)(await ReadAsync()).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task Invariant11_Clocks_ARetryAfterDateIsMeasuredByTheBackendsOwnClock()
    {
        _backend.Answers("a", context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.Date = "Sun, 06 Nov 1994 08:49:37 GMT";
            context.Response.Headers.RetryAfter = "Sun, 06 Nov 1994 08:49:57 GMT";
            return Task.CompletedTask;
        });

        Assert.Equal(TimeSpan.FromSeconds(20), (await ReadAsync()).RetryAfter);
    }

    [Fact]
    public async Task ARedirectIsNotFollowed()
    {
        _backend.Answers("a", context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });

        Assert.Equal(PipelineCondition.Error, (await ReadAsync()).Condition);
        Assert.Equal(0, _backend.ReadsAt("/elsewhere"));
    }

    [Fact]
    public async Task ConfiguredHeadersAndTheInstanceAreSentWithEveryRead()
    {
        await ReadAsync(
            ("PipelineBackend:Headers:X-Api-Key", "secret"),
            ("PipelineBackend:Headers:Accept", "application/vnd.pipelines+json"),
            ("StatusStream:InstanceName", "replica-7"));

        Assert.Equal("secret", _backend.LastHeaders!["X-Api-Key"]);
        Assert.Equal("application/vnd.pipelines+json", _backend.LastHeaders!.Accept);
        Assert.Equal("replica-7", _backend.LastHeaders![PipelineBackendClient.InstanceHeader]);
    }

    [Theory]
    [InlineData("/api/v1", "/pipeline/{id}/health", "/api/v1/pipeline/a/health")]
    [InlineData("/api/v1/", "/pipeline/{id}/health", "/api/v1/pipeline/a/health")]
    [InlineData("", "/status?of={id}&long=1", "/status?of=a&long=1")]
    public async Task ThePathOfTheBaseUrlIsKept(string basePath, string healthPath, string target)
    {
        await ReadAsync(("PipelineBackend:BaseUrl", _backend.Url + basePath), ("PipelineBackend:HealthPath", healthPath));

        Assert.Equal([target], _backend.Paths);
    }

    [Fact]
    public async Task AnotherPropertyMayHoldTheStatus()
    {
        _backend.Answers("a", KestrelBackend.Json("""{"overall_status":"Running","State":"Zzz"}"""));

        Assert.Equal(PipelineStatus.Paused, (await ReadAsync(("PipelineBackend:StatusProperty", "state"), ("PipelineBackend:StatusMap:zzz", "paused"))).Status);
    }

    [Fact]
    public async Task ASlowReadIsNotRepeatedByItself()
    {
        _backend.Answers("a", KestrelBackend.Code(503));
        await ReadAsync();

        Assert.Equal(1, _backend.ReadsOf("a"));
    }

    [Fact]
    public async Task SecretsAreNotLogged()
    {
        var logs = FakeLogCollector.Create(new FakeLogCollectorOptions());
        await using (var replica = Replica(
            services => services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(logs)),
            ("Logging:LogLevel:Default", "Trace"),
            ("PipelineBackend:Headers:X-Api-Key", "s3cr3t")))
        {
            _backend.Answers("a", KestrelBackend.Code(500));
            await replica.Services.GetRequiredService<IPipelineBackend>().ReadAsync("a", known: null, CancellationToken.None).Soon();
        }

        Assert.NotEmpty(logs.GetSnapshot());
        Assert.DoesNotContain(logs.GetSnapshot(), record => record.Message.Contains("s3cr3t", StringComparison.Ordinal));
    }

    private async Task<PipelineCondition> ReadBodyOfAsync(int bytes, bool chunked)
    {
        const string Start = "{\"overall_status\":\"Running\",\"padding\":\"";
        var body = Encoding.ASCII.GetBytes(Start + new string('x', bytes - Start.Length - 2) + "\"}");
        _backend.Answers("a", async context =>
        {
            if (!chunked) context.Response.ContentLength = body.Length;
            foreach (var piece in body.Chunk(10_000)) await context.Response.Body.WriteAsync(piece);
        });
        return (await ReadAsync()).Condition;
    }

    private async Task<PipelineReading> ReadAsync(params (string Name, string Value)[] settings)
    {
        await using var replica = Replica(null, settings);
        return await replica.Services.GetRequiredService<IPipelineBackend>().ReadAsync("a", known: null, CancellationToken.None).Soon();
    }

    /// <summary>The replica's own services, not started.</summary>
    private WebApplication Replica(Action<IServiceCollection>? replace, params (string Name, string Value)[] settings) => Api.Program.Build(
        [
            $"--PipelineBackend:BaseUrl={_backend.Url}", "--StatusStream:RequestTimeout=00:00:10", "--Logging:LogLevel:Default=None",
            .. settings.Select(setting => $"--{setting.Name}={setting.Value}"),
        ],
        replace);
}
