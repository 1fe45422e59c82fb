using System.Net;
using System.Net.Http.Json;
using PipelineAspire.EndToEnd.Tests.Running;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Deploy;

/// <summary>Behind the proxies whose configurations are in <c>deploy/</c>, two replicas are as they are without one.</summary>
public sealed class DeployedProxyTests : IAsyncLifetime
{
    private static readonly string[] Many = [.. Enumerable.Range(0, 499).Select(i => $"pipeline-with-a-rather-long-name-{i}-{new string('x', 60)}")];

    private RunningSystem _system = null!;
    private Service _other = null!;

    /// <summary>The proxies that Debian has.</summary>
    public static TheoryData<string> Proxies => [DeployedProxy.Nginx, DeployedProxy.HAProxy];

    public async Task InitializeAsync()
    {
        _system = await RunningSystem.StartAsync(new SystemSettings { Pipelines = ["orders", "billing"], HeartbeatInterval = TimeSpan.FromSeconds(1) });
        _other = _system.AnotherApi();
        await _other.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _other.DisposeAsync();
        await _system.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task EachEventPassesAtOnceCompressedOrNot(string name)
    {
        await using var proxy = await DeployedProxy.StartAsync(name, _system.Api.Address, _other.Address);
        using var plain = Client(proxy);
        using var compressing = Client(proxy);
        compressing.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");
        await _system.Backend.SetAsync("orders", "Running");
        await using var one = await StreamClient.OpenWithStatusesAsync(plain, "orders");
        await using var other = await StreamClient.OpenAsync(compressing, ["orders", .. Many]);

        Assert.Equal(["gzip"], other.Response.Content.Headers.ContentEncoding);
        await other.Recording.FirstAsync(told => told.Tells("orders", "active"));
        foreach (var client in new[] { one, other }) await client.Recording.FirstAsync(static told => told.Type == StreamEvent.Heartbeat);
        foreach (var (value, status) in new[] { ("Paused", "paused"), ("Failed", "failed") })
        {
            await _system.Backend.SetAsync("orders", value);
            foreach (var client in new[] { one, other }) await client.Recording.FirstAsync(told => told.Tells("orders", status));
        }
    }

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task AStreamIsChangedByAWatchRequest(string name)
    {
        await using var proxy = await DeployedProxy.StartAsync(name, _system.Api.Address);
        using var http = Client(proxy);
        await using var client = await StreamClient.OpenAsync(http, ["orders"], query: "&watch=1");
        var stream = (await client.Recording.FirstAsync(static told => told.Type == "stream")).Data.GetProperty("stream").GetString();

        using var answer = await http.PostAsJsonAsync($"{StreamClient.Path}/watch", new { stream, revision = 1, add = new[] { "billing" } });

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await client.Recording.FirstAsync(static told => told.Statuses.ContainsKey("billing"));
    }

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task WhenAReplicaGoesItsStreamsAreToldAndGoOnAtTheOther(string name)
    {
        await using var proxy = await DeployedProxy.StartAsync(name, _system.Api.Address, _other.Address);
        using var http = Client(proxy);
        await using var client = await StreamClient.OpenWithStatusesAsync(http, "orders");
        await using var beside = await StreamClient.OpenWithStatusesAsync(http, "orders");

        // Both balance by connections, so that each replica has one of the two.
        _other.Process.Signal("TERM");
        var ended = await Task.WhenAny(client.Closed, beside.Closed).WaitAsync(Bounded.Patience);
        var drained = ended == client.Closed ? client : beside;
        Assert.True(drained.Recording.Events[^1].IsError("server_draining"), drained.Recording.ToString());
        Assert.Equal(0, await _other.EndedAsync());

        await using var next = await StreamClient.OpenWithStatusesAsync(http, "orders");
        await _system.Backend.SetAsync("orders", "Stopped");
        await next.Recording.FirstAsync(static told => told.Tells("orders", "stopped"));
    }

    private static HttpClient Client(DeployedProxy proxy) => new() { BaseAddress = proxy.Address, Timeout = Bounded.Patience };
}
