using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.LocalHosting.Commands;
using PipelineAspire.LocalHosting.Dashboard;
using PipelineAspire.LocalHosting.Output;
using PipelineAspire.LocalHosting.Planning;
using PipelineAspire.LocalHosting.Running;
using PipelineAspire.LocalHosting.Testing;

namespace Aspire.Hosting;

/// <summary>The application: its resources as processes on this machine.</summary>
public class DistributedApplication : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(500);

    private readonly ReplicaSet _replicas;
    private readonly Planner _planner;
    private readonly ServiceProvider _services;
    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly CancellationTokenSource _stopping = new();
    private IReadOnlyList<IReadOnlyList<IResource>> _stopLevels = [];
    private bool _disposed;
    private Task<bool> _startup = Task.FromResult(false);

    internal DistributedApplication(IReadOnlyCollection<IResource> resources, IServiceCollection services, Planner planner)
    {
        (_replicas, _planner) = (new ReplicaSet([.. resources]), planner);
        services.AddSingleton(provider => new ResourceCommandService(_replicas, provider));
        services.AddSingleton(new ResourceNotificationService(_replicas));
        _services = services.BuildServiceProvider();
        foreach (var resource in resources.Where(resource => resource is ProjectResource or RedisResource { Configured: null }))
            ProcessCommands.AddTo(resource, _replicas, _clock);
    }

    public IServiceProvider Services => _services;

    /// <summary>Runs commands.</summary>
    public ResourceCommandService ResourceCommands => _services.GetRequiredService<ResourceCommandService>();

    /// <summary>Tells how resources are.</summary>
    public ResourceNotificationService ResourceNotifications => _services.GetRequiredService<ResourceNotificationService>();

    internal ReplicaSet Replicas => _replicas;

    /// <summary>Whether every resource became healthy, once that is known.</summary>
    internal Task<bool> Started => _startup;

    /// <param name="args">The command line, part of the AppHost's configuration.</param>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args) =>
        EntryPoint.Builder(args) ?? new DistributedApplicationBuilder(args, Assembly.GetEntryAssembly() ?? typeof(DistributedApplication).Assembly);

    /// <summary>Runs until Ctrl+C or a signal; says on the console what happens. Exit code 1 when it cannot be run.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <inheritdoc cref="Run"/>
    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        var lines = new ConsoleLines(Console.Out, LastWords);
        await using var flushed = lines.ConfigureAwait(false);
        await using var disposed = this.ConfigureAwait(false);
        using var signals = new StopSignals(_clock, KillAll);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Asked, cancellationToken);
        var begin = _clock.GetTimestamp();
        Uri? dashboardAddress;
        try
        {
            dashboardAddress = DashboardAddress.From(_services.GetRequiredService<IConfiguration>());
            Prepare();
        }
        catch (DistributedApplicationException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            Environment.ExitCode = 1;
            return;
        }

        var report = new ConsoleReport(_replicas.All, Paint.ForConsole(Environment.GetEnvironmentVariable, Console.IsOutputRedirected), lines.Write);
        report.SayHowItRuns();
        await using var dashboard = dashboardAddress is null ? null : await StartDashboardAsync(dashboardAddress, report);
        Begin();
        try
        {
            if (await _startup.WaitAsync(stop.Token)) report.SayEverythingIsUp(_clock.GetElapsedTime(begin));
            else report.SayWhatIsNotUp();
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock, stop.Token);
        }
        catch (OperationCanceledException)
        {
            report.Say("stopping; Ctrl+C again kills");
        }

        foreach (var replica in await StopAllAsync()) report.Say($"{replica.Plan.Name} did not stop in time and was killed");
    }

    /// <summary>Starts everything and returns; nothing is said on the console.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be run as described.</exception>
    public virtual Task StartAsync(CancellationToken cancellationToken = default)
    {
        Prepare();
        Begin();
        return Task.CompletedTask;
    }

    /// <summary>Stops everything, consumers first; returns within 5 s.</summary>
    public virtual async Task StopAsync(CancellationToken cancellationToken = default) => await StopAllAsync().WaitAsync(cancellationToken);

    public virtual void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await StopAllAsync();
            _planner.Dispose();
            _stopping.Dispose();
            await _services.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Everything else runs without it: a port in use is said, and that is all.</summary>
    private async Task<DashboardServer?> StartDashboardAsync(Uri address, ConsoleReport report)
    {
        try
        {
            var dashboard = await DashboardServer.StartAsync(address, _replicas, ResourceCommands, _services, _clock);
            report.SayWhereTheDashboardIs(dashboard.LoginAddress);
            return dashboard;
        }
        catch (IOException)
        {
            report.SayThereIsNoDashboard(address);
            return null;
        }
    }

    private void Prepare()
    {
        _stopLevels = ResourceOrder.StopLevels(_replicas.Resources);
        _replicas.Fill([.. _planner.Plan(_replicas.Resources).Select(plan => new Replica(plan, _clock))]);
    }

    private void Begin() => _startup = new Startup(_replicas.Resources, _replicas.Of).RunAsync(_stopping.Token);

    private async Task<IReadOnlyList<Replica>> StopAllAsync()
    {
        await _stopping.CancelAsync();
        return await Shutdown.StopAsync(_stopLevels, _replicas.Of, _clock);
    }

    /// <summary>The second Ctrl+C.</summary>
    private void KillAll()
    {
        foreach (var replica in _replicas.All) replica.Kill();
        Environment.Exit(130);
    }
}
