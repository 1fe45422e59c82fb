using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Connections;

/// <summary>How large a request's head may be, and how long it may take: CONTRACT section 7.</summary>
public class RequestHeadTests
{
    private const int Kilobyte = 1024;

    [Fact]
    public async Task AHeadHas192KilobytesAndFiveSeconds()
    {
        await using var api = await RunningApi.StartAsync();

        var limits = api.App.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        Assert.Equal(TimeSpan.FromSeconds(5), limits.RequestHeadersTimeout);
        Assert.Equal(192 * Kilobyte, limits.MaxRequestLineSize + limits.MaxRequestHeadersTotalSize);
    }

    [Fact]
    public async Task AHeadThatIsNotFinishedInTimeIsRefused()
    {
        await using var api = await RunningApi.StartAsync(services =>
            services.PostConfigure<KestrelServerOptions>(kestrel => kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromMilliseconds(1)));
        using var connection = await RawConnection.SendAsync(api.Url.Port, "GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: local");

        Assert.StartsWith("HTTP/1.1 408 ", await connection.ReceiveUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        await connection.ClosedAsync();
    }

    [Theory]
    [InlineData(128, 0, 200)]
    [InlineData(128, 31, 200)]
    [InlineData(161, 0, 414)]
    [InlineData(1, 33, 431)]
    public async Task AHeadOfThisSizeIsAnswered(int lineKilobytes, int headersKilobytes, int expected)
    {
        await using var api = await RunningApi.StartAsync();
        var target = "/alive?" + new string('x', (lineKilobytes * Kilobyte) - "GET /alive? HTTP/1.1\r\n".Length);
        var padding = $"X-Padding: {new string('x', headersKilobytes * Kilobyte)}\r\n";

        Assert.Equal(expected, await RawConnection.StatusCodeAsync(api.Url.Port, "GET", target, padding));
    }
}
