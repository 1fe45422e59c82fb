using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PipelineAspire.EndToEnd.Tests.Processes;

namespace PipelineAspire.EndToEnd.Tests.AppModel;

/// <summary>AppHost.cs as a test runs it. Uses Aspire's API only, so that it runs on both implementations.</summary>
internal sealed class Application : IAsyncDisposable
{
    /// <summary>Starting all of it, with images to fetch on the first run of all.</summary>
    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(3);

    private readonly DistributedApplication _app;

    private Application(DistributedApplication app)
    {
        _app = app;
        Backend = new BackendControl(app.GetEndpoint("backend"));
        Http = app.CreateHttpClient("web");
        Http.Timeout = Bounded.Patience;
    }

    public BackendControl Backend { get; }

    /// <summary>Asks Web, as a browser does.</summary>
    public HttpClient Http { get; }

    public Uri Web => _app.GetEndpoint("web");

    /// <summary>Returns when everything is healthy.</summary>
    /// <param name="args">AppHost's command line.</param>
    public static async Task<Application> StartAsync(params string[] args)
    {
        using var limit = new CancellationTokenSource(StartsWithin, TimeProvider.System);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(args, limit.Token);
        builder.CreateResourceBuilder<ProjectResource>("statusstream").WithEnvironment("StatusStream__PollInterval", "00:00:00.5");
        var app = await builder.BuildAsync(limit.Token);
        try
        {
            await app.StartAsync(limit.Token).WaitAsync(limit.Token);
            await app.ResourceNotifications.WaitForResourceHealthyAsync("web", WaitBehavior.StopOnResourceUnavailable, limit.Token);
            return new Application(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Completes when the resource, a replica of it, is healthy, and tells which replica.</summary>
    public async Task<string> HealthyAsync(string resource)
    {
        using var limit = new CancellationTokenSource(Bounded.Patience, TimeProvider.System);
        return (await _app.ResourceNotifications.WaitForResourceHealthyAsync(resource, limit.Token)).ResourceId;
    }

    /// <summary>Completes when this very replica is healthy.</summary>
    public async Task HealthyAsync(string resource, string replica)
    {
        using var limit = new CancellationTokenSource(Bounded.Patience, TimeProvider.System);
        await _app.ResourceNotifications.WaitForResourceAsync(
            resource, told => told.ResourceId == replica && told.Snapshot.HealthStatus == HealthStatus.Healthy, limit.Token);
    }

    /// <summary>Completes when the process of the resource, or of a replica of it, has ended, and tells which.</summary>
    public async Task<string> EndedAsync(string resource)
    {
        using var limit = new CancellationTokenSource(Bounded.Patience, TimeProvider.System);
        return (await _app.ResourceNotifications.WaitForResourceAsync(
            resource, told => KnownResourceStates.TerminalStates.Contains(told.Snapshot.State?.Text), limit.Token)).ResourceId;
    }

    /// <summary>The button of the dashboard: for one replica, by its id, or for the only one there is.</summary>
    public async Task CommandAsync(string resourceId, string command)
    {
        using var limit = new CancellationTokenSource(Bounded.Patience, TimeProvider.System);
        var result = await _app.ResourceCommands.ExecuteCommandAsync(resourceId, command, limit.Token);
        Assert.True(result.Success, $"{command} of {resourceId}: {result.ErrorMessage}");
    }

    public async Task<string?> ConnectionStringAsync(string resource) => await _app.GetConnectionStringAsync(resource);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Backend.Dispose();
        await _app.DisposeAsync();
    }
}
