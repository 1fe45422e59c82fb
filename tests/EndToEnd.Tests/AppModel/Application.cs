using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.AppModel;

/// <summary>AppHost.cs as a test runs it: Aspire itself, at free ports, without a dashboard.</summary>
internal sealed class Application : IAsyncDisposable
{
    /// <summary>The replicas of the status service, by name.</summary>
    public static readonly IReadOnlyList<string> Replicas = ["statusstream-1", "statusstream-2", "statusstream-3"];

    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(2);

    private readonly DistributedApplication _app;

    private Application(DistributedApplication app)
    {
        _app = app;
        Backend = new BackendControl(app.GetEndpoint("backend", "http"));
        Http = new HttpClient { BaseAddress = Web, Timeout = Bounded.Patience };
    }

    public BackendControl Backend { get; }

    /// <summary>Asks Web, as a browser does.</summary>
    public HttpClient Http { get; }

    public Uri Web => _app.GetEndpoint("web", "http");

    /// <summary>Returns when everything is healthy.</summary>
    public static async Task<Application> StartAsync()
    {
        using var limit = new CancellationTokenSource(StartsWithin, TimeProvider.System);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(limit.Token);
        foreach (var replica in Replicas) builder.CreateResourceBuilder<ProjectResource>(replica).WithEnvironment("StatusStream__PollInterval", "00:00:00.5");
        foreach (var service in (string[])["backend", "web"]) builder.CreateResourceBuilder<ProjectResource>(service).WithEndpoint("http", MoveToAFreePort);
        var app = await builder.BuildAsync(limit.Token);
        try
        {
            await app.StartAsync(limit.Token).WaitAsync(limit.Token);
            foreach (var resource in Replicas.Append("web"))
                await app.ResourceNotifications.WaitForResourceHealthyAsync(resource, WaitBehavior.StopOnResourceUnavailable, limit.Token);
            return new Application(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Completes when the resource is healthy.</summary>
    public async Task HealthyAsync(string resource)
    {
        using var limit = new CancellationTokenSource(Bounded.Patience, TimeProvider.System);
        await _app.ResourceNotifications.WaitForResourceAsync(resource, told => told.Snapshot.HealthStatus == HealthStatus.Healthy, limit.Token);
    }

    /// <summary>Completes when the process of the resource has ended, and tells its exit code.</summary>
    public async Task<int?> EndedAsync(string resource)
    {
        using var limit = new CancellationTokenSource(Bounded.Patience, TimeProvider.System);
        var told = await _app.ResourceNotifications.WaitForResourceAsync(
            resource, told => KnownResourceStates.TerminalStates.Contains(told.Snapshot.State?.Text), limit.Token);
        return told.Snapshot.ExitCode;
    }

    /// <summary>The button of the dashboard; its answer.</summary>
    public async Task<string?> CommandAsync(string resource, string command)
    {
        using var limit = new CancellationTokenSource(Bounded.Patience, TimeProvider.System);
        var result = await _app.ResourceCommands.ExecuteCommandAsync(resource, command, limit.Token);
        Assert.True(result.Success, $"{command} of {resource}: {result.Message}");
        return result.Message;
    }

    /// <summary>The replica that polls for all.</summary>
    public async Task<string> PollerAsync()
    {
        string? poller = null;
        await Bounded.UntilAsync("a replica polls", async () =>
        {
            await Backend.ResetStatsAsync();
            await Bounded.UntilAsync("a read", async () => (await Backend.StatsAsync()).Total > 0);
            var callers = (await Backend.StatsAsync()).Callers.Keys.ToList();
            poller = callers.Count == 1 ? callers[0] : null;
            return poller is not null;
        });
        return poller!;
    }

    /// <summary>Completes when all reads of three rounds came from one replica.</summary>
    public Task OneReplicaReadsAsync(string pipeline) => Bounded.UntilAsync("one replica reads", async () =>
    {
        await Backend.ResetStatsAsync();
        await Backend.ReadsAsync(pipeline, 3);
        return (await Backend.StatsAsync()).Callers.Count == 1;
    });

    public async Task<string?> ConnectionStringAsync(string resource) => await _app.GetConnectionStringAsync(resource);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Backend.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>The testing builder moves proxied endpoints only.</summary>
    private static void MoveToAFreePort(EndpointAnnotation endpoint) => endpoint.Port = endpoint.TargetPort = FreePort.Take();
}
