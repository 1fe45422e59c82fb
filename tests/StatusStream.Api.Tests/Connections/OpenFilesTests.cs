using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PipelineAspire.StatusStream.Connections;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Connections;

/// <summary>A replica that may open few files, as a process of its own.</summary>
public sealed class OpenFilesTests : IAsyncLifetime
{
    private const int Limit = 400;
    private const int Crowd = 600;
    private const string Stream = "GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private KestrelBackend _backend = null!;

    public async Task InitializeAsync() => _backend = await KestrelBackend.StartAsync();

    public async Task DisposeAsync() => await _backend.DisposeAsync();

    [Fact]
    public void TheLimitInForceIsTheKernels()
    {
        if (!OperatingSystem.IsLinux()) return;
        var line = File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        using var files = OpenFiles.OfThisProcess();

        Assert.Equal(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], files.Limit?.ToString(CultureInfo.InvariantCulture) ?? "unlimited");
        Assert.InRange(files.InUse, 3, files.Limit ?? int.MaxValue);
        Assert.False(files.AreShort);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task StreamsBeyondTheLimitAreRefusedAndHealthGoesOn(string direct)
    {
        if (!OperatingSystem.IsLinux()) return;
        await using var api = await ApiProcess.StartWithOpenFilesAsync(Limit, _backend, ("StatusStream:DirectStreams", direct));
        Assert.Contains($"Open files are limited to {Limit}", api.Output, StringComparison.Ordinal);
        var connections = Enumerable.Range(0, Crowd).Select(_ => RawConnection.Send(api.Port, Stream)).ToArray();

        var heads = await Task.WhenAll(connections.Select(connection => connection.ReceiveUntilAsync("\r\n\r\n")));

        var served = heads.Count(head => head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
        Assert.InRange(served, 50, Limit);
        Assert.Equal(
            Crowd - served,
            heads.Count(head => head.StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal) && head.Contains("Retry-After: ", StringComparison.Ordinal)));
        Assert.InRange(api.OpenFiles, served, Limit - 1);
        Assert.Equal(200, await RawConnection.StatusCodeAsync(api.Port, "GET", "/health"));
        foreach (var connection in connections) connection.Dispose();
    }

    [Theory]
    [InlineData("GET /ui-api/pipeline/status/stream?pipelineIds=a HTTP/1.1\r\nHost: local")]
    [InlineData("POST /ui-api/pipeline/notify HTTP/1.1\r\n")]
    [InlineData("")]
    public async Task ConnectionsThatAskForNothingDoNotKeepOthersOut(string halfARequest)
    {
        if (!OperatingSystem.IsLinux()) return;
        await using var api = await ApiProcess.StartWithOpenFilesAsync(Limit, _backend);
        var connections = new List<Socket>();
        for (var count = 0; count < Crowd; count++)
        {
            connections.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await connections[^1].ConnectAsync(IPAddress.Loopback, api.Port).Soon();
            connections[^1].Send(Encoding.ASCII.GetBytes(halfARequest), SocketFlags.None, out _); // it may have been sent away already
        }

        Assert.Equal(200, await RawConnection.StatusCodeAsync(api.Port, "GET", "/health"));
        Assert.Equal(200, await RawConnection.StatusCodeAsync(api.Port, "GET", "/alive"));
        using var stream = await SseClient.OpenAsync(api.Port, "a");
        Assert.Equal("batch a=active", await stream.NextTextAsync());

        Assert.InRange(api.OpenFiles, 1, Limit - 1);
        foreach (var connection in connections) connection.Dispose();
    }

    [Fact]
    public async Task ConnectionsKeptAliveMakeRoomForNewOnes()
    {
        if (!OperatingSystem.IsLinux()) return;
        await using var api = await ApiProcess.StartWithOpenFilesAsync(Limit, _backend);
        var connections = new List<RawConnection>();
        for (var count = 0; count < Crowd; count++)
        {
            connections.Add(await RawConnection.SendAsync(api.Port, "GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            Assert.StartsWith("HTTP/1.1 200 ", await connections[^1].ReceiveUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        }

        Assert.InRange(api.OpenFiles, 1, Limit - 1);
        foreach (var connection in connections) connection.Dispose();
    }
}
