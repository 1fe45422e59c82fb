using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit.Abstractions;

namespace PipelineAspire.StatusStream.Sharing.Tests.Chaos;

[Collection(SharedSystemCollection.Name)]
public sealed class StormTests(SharedSystem system, ITestOutputHelper output) : ChaosTest(system, output)
{
    private const int Clients = 2_000;

    [Fact]
    public async Task TwoThousandClientsReconnectingAtOnceAddNoRead()
    {
        await GatherAsync(each: 1);
        var connections = await ConnectAllAsync();
        foreach (var connection in connections) connection.Dispose();

        await Shared.Backend.ResetStatsAsync();
        var started = Bounded.Now;
        connections = await ConnectAllAsync();
        var took = Bounded.Since(started);
        var stats = await Shared.Backend.StatsAsync();
        var expected = Bounded.Since(started) / Shared.Interval * Shared.Backend.PipelineIds.Count;
        foreach (var connection in connections) connection.Dispose();

        Say(
            $"{Clients} clients had their first batch again after {took.TotalSeconds:0.00} s; " +
            $"{stats.Total} reads where one per pipeline and interval is {expected:0.0}");
        Assert.True(stats.Total <= (expected * 1.05) + Shared.Backend.PipelineIds.Count, $"{stats.Total} reads");
        await Audience.AssertTrueAsync(Shared.Converged);
        Audience.AssertNoneDropped();
    }

    /// <summary>All at once, spread over the replicas; completes when each has its first batch.</summary>
    private Task<Socket[]> ConnectAllAsync() =>
        Task.WhenAll(Enumerable.Range(0, Clients).Select(number => ConnectAsync(Shared.Addresses[number % Shared.Addresses.Count])))
            .WaitAsync(Bounded.Patience);

    private async Task<Socket> ConnectAsync(Uri replica)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, replica.Port);
        var request =
            $"GET /ui-api/pipeline/status/stream?pipelineIds={string.Join(',', Shared.Backend.PipelineIds)} " +
            $"HTTP/1.1\r\nHost: {replica.Authority}\r\nAccept: text/event-stream\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        var buffer = new byte[4096];
        var answer = new StringBuilder();
        while (!answer.ToString().Contains("event: batch_update", StringComparison.Ordinal))
        {
            var length = await socket.ReceiveAsync(buffer);
            Assert.True(length > 0, $"the stream ended: {answer}");
            answer.Append(Encoding.ASCII.GetString(buffer, 0, length));
        }

        return socket;
    }
}
