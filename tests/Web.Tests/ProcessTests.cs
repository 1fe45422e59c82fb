using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace PipelineAspire.Web.Tests;

/// <summary>Web as a process of its own, and its sockets.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task SigtermEndsOpenStreamsAndTheProcessWithinFiveSeconds()
    {
        if (OperatingSystem.IsWindows()) return;
        await using var service = await FakeStatusService.Start();
        using var web = StartProcess(service.Url);
        try
        {
            var address = await ListeningAddress(web);
            await using var first = await EventStreamReader.Open(address);
            await using var second = await EventStreamReader.Open(address);
            var started = TimeProvider.System.GetTimestamp();

            using (var kill = Process.Start("kill", ["-TERM", web.Id.ToString()])) await kill.WaitForExitAsync().WaitAsync(Bounds.Patience);

            Assert.Equal("", await first.Next());
            Assert.Equal("", await second.Next());
            await web.WaitForExitAsync().WaitAsync(Bounds.Patience);
            Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 5);
            Assert.Equal(0, web.ExitCode);
        }
        finally
        {
            if (!web.HasExited) web.Kill();
        }
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
        await using var service = await FakeStatusService.Start();
        using var web = StartProcess(service.Url, "sh", "-c", $"ulimit -n {Limit}; exec dotnet \"$@\"", "sh");
        try
        {
            var address = await ListeningAddress(web);
            var readers = await Task.WhenAll(Enumerable.Range(0, 2 * Limit).Select(_ => EventStreamReader.Open(address)));

            var served = readers.Count(reader => reader.Response.StatusCode == HttpStatusCode.OK);
            Assert.InRange(served, 10, Limit / 2);
            Assert.Equal(readers.Length - served, readers.Count(reader => reader.Response is { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter: not null }));
            Assert.InRange(Directory.EnumerateFileSystemEntries($"/proc/{web.Id}/fd").Count(), 2 * served, Limit - 1);
            using var browser = new HttpClient { BaseAddress = address, Timeout = Bounds.Patience };
            Assert.Equal("Healthy", await browser.GetStringAsync("/health"));
            foreach (var reader in readers) await reader.DisposeAsync();
        }
        finally
        {
            if (!web.HasExited) web.Kill();
        }
    }

    private static Process StartProcess(string statusService, params string[] shell)
    {
        string[] command = [.. shell, .. shell.Length == 0 ? (string[])["dotnet"] : [], Path.Combine(AppContext.BaseDirectory, "Web.dll"), "--urls", "http://127.0.0.1:0"];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        start.Environment["StatusStreamApi__BaseUrl"] = statusService;
        return Process.Start(start)!;
    }

    private static async Task<Uri> ListeningAddress(Process web)
    {
        const string Announcement = "Now listening on: ";
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        web.OutputDataReceived += (_, line) =>
        {
            var at = line.Data?.IndexOf(Announcement, StringComparison.Ordinal) ?? -1;
            if (at >= 0) address.TrySetResult(new Uri(line.Data![(at + Announcement.Length)..]));
        };
        web.BeginOutputReadLine();
        return await address.Task.WaitAsync(Bounds.Patience);
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
