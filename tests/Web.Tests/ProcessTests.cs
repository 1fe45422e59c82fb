using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.Processes;

namespace PipelineAspire.Web.Tests;

/// <summary>Web as a process of its own, and its sockets.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task SigtermEndsOpenStreamsAndTheProcessWithinFiveSeconds()
    {
        if (OperatingSystem.IsWindows()) return;
        await using var service = await FakeStatusService.Start();
        await using var web = StartWeb(service.Url);
        var address = await ListeningAddress(web);
        await using var first = await EventStreamReader.Open(address);
        await using var second = await EventStreamReader.Open(address);
        var started = TimeProvider.System.GetTimestamp();

        web.Signal("TERM");

        await first.End();
        await second.End();
        Assert.Equal(0, await web.ExitCodeAsync());
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task AcceptedSocketsBufferLittleAndGiveUpOnAVanishedReader()
    {
        if (!OperatingSystem.IsLinux()) return;
        var probe = new SocketProbe();
        await using var web = WebUnderTest.InFrontOf(Bounds.DeadAddress()).WithWebHostBuilder(builder =>
            builder.ConfigureServices(services => services.AddSingleton<IStartupFilter>(probe)));
        web.UseKestrel(0);
        web.StartServer();
        using var browser = new HttpClient { BaseAddress = web.ClientOptions.BaseAddress };

        using var response = await browser.GetAsync("/alive");

        // Linux doubles what it is asked for, for its own bookkeeping.
        Assert.Equal(2 * 64 * 1024, probe.SendBuffer);
        Assert.Equal(60_000, probe.UserTimeout);
    }

    [Fact]
    public async Task WithFewDescriptorsStreamsAreRefusedAndHealthGoesOn()
    {
        if (!OperatingSystem.IsLinux()) return;
        const int Limit = 450;
        const int AtOnce = 50; // whoever connects and is too busy to ask loses the place
        await using var service = await FakeStatusService.Start();
        await using var web = StartWeb(service.Url, Limit);
        var address = await ListeningAddress(web);
        var readers = new List<EventStreamReader>();
        foreach (var some in Enumerable.Range(0, 2 * Limit).Chunk(AtOnce)) readers.AddRange(await Task.WhenAll(some.Select(_ => EventStreamReader.Open(address))));

        var served = readers.Count(reader => reader.Response.StatusCode == HttpStatusCode.OK);
        Assert.InRange(served, 10, Limit);
        Assert.Equal(
            readers.Count - served,
            readers.Count(reader => reader.Response is { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter: not null }));
        Assert.InRange(Directory.EnumerateFileSystemEntries($"/proc/{web.Id}/fd").Count(), served, Limit - 1);
        using var browser = new HttpClient { BaseAddress = address, Timeout = Bounds.Patience };
        (await browser.GetAsync("/health")).EnsureSuccessStatusCode().Dispose();
        foreach (var reader in readers) await reader.DisposeAsync();
    }

    [Fact]
    public async Task AProxyOfTheEnvironmentDoesNotStandBeforeTheStatusService()
    {
        await using var service = await FakeStatusService.Start();
        service.Pipelines["orders"] = ("Orders", "active");
        await using var web = StartWeb(service.Url, proxy: Bounds.DeadAddress());
        using var browser = new HttpClient { BaseAddress = await ListeningAddress(web), Timeout = Bounds.Patience };

        Assert.Contains("Orders", await browser.GetStringAsync("/"), StringComparison.Ordinal);
    }

    private static ChildProcess StartWeb(string statusService, int? openFiles = null, string? proxy = null)
    {
        var settings = new Dictionary<string, string> { ["StatusStreamApi__BaseUrl"] = statusService };
        if (proxy is not null) settings["http_proxy"] = proxy;
        var command = BuiltProject.Web.Command(settings, "--urls", "http://127.0.0.1:0");
        return ChildProcess.Start(openFiles is { } limit ? command.WithOpenFiles(limit) : command);
    }

    private static async Task<Uri> ListeningAddress(ChildProcess web)
    {
        const string Announcement = "Now listening on: ";
        var line = await web.LineAsync(Announcement);
        return new Uri(line[(line.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..]);
    }

    private sealed class SocketProbe : IStartupFilter
    {
        private const int TcpUserTimeout = 18;

        public int SendBuffer { get; private set; }

        public int UserTimeout { get; private set; }

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((HttpContext context, RequestDelegate rest) =>
            {
                var socket = context.Features.Get<IConnectionSocketFeature>()!.Socket;
                Span<byte> value = stackalloc byte[sizeof(int)];
                socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, value);
                (SendBuffer, UserTimeout) = (socket.SendBufferSize, MemoryMarshal.Read<int>(value));
                return rest(context);
            });
            next(app);
        };
    }
}
