using System.Net.Sockets;
using System.Text;
using PipelineAspire.EndToEnd.Tests.Running;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Live;

/// <summary>Clients that ask for a stream and read nothing of it.</summary>
[Collection(LiveCollection.Name)]
public sealed class SlowClientTests(LiveSystem live)
{
    private const int StuckClients = 20;
    private const int Rounds = 20;

    private readonly RunningSystem _system = live.System;

    [Fact]
    public async Task ClientsThatReadNothingDelayNobody()
    {
        // Long ids, so that a stuck client's share is more than the sockets on the way can hold.
        var pipelines = Enumerable.Range(0, 50).Select(i => $"{i:d2}-{new string('x', 110)}").ToArray();
        await SetAllAsync(pipelines, "Running");
        var stuck = new List<TcpClient>();
        try
        {
            for (var i = 0; i < StuckClients; i++) stuck.Add(await StickAsync(i % 2 == 0 ? _system.Web.Address : _system.Api.Address, pipelines));
            await using var client = await StreamClient.OpenWithStatusesAsync(_system.Http, pipelines);

            for (var round = 0; round < Rounds; round++)
            {
                var (value, status) = round % 2 == 0 ? ("Paused", "paused") : ("Running", "active");
                var from = client.Recording.Count;
                await SetAllAsync(pipelines, value);
                var changed = Bounded.Now;
                foreach (var pipeline in pipelines)
                {
                    var told = await client.Recording.FirstAsync(told => told.Tells(pipeline, status), from);
                    Assert.InRange(TimeProvider.System.GetElapsedTime(changed, told.ArrivedAt), TimeSpan.MinValue, _system.Converged);
                }
            }

            Assert.DoesNotContain(client.Recording.Events, told => told.Type == StreamEvent.Error);
            Oracle.AssertConsistent(client.Recording);
        }
        finally
        {
            foreach (var connection in stuck) connection.Dispose();
        }
    }

    private static async Task<TcpClient> StickAsync(Uri server, IEnumerable<string> pipelines)
    {
        var client = new TcpClient { ReceiveBufferSize = 1024 };
        await client.ConnectAsync(server.Host, server.Port).WaitAsync(Bounded.Patience);
        var request = $"GET /{StreamClient.Path}?pipelineIds={string.Join(',', pipelines)} HTTP/1.1\r\nHost: {server.Authority}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request)).AsTask().WaitAsync(Bounded.Patience);
        return client;
    }

    private Task SetAllAsync(IEnumerable<string> pipelines, string value) =>
        Task.WhenAll(pipelines.Select(pipeline => _system.Backend.SetAsync(pipeline, value)));
}
