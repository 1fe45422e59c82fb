using System.Net;
using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PipelineAspire.LocalHosting.Dashboard.Access;
using PipelineAspire.LocalHosting.Dashboard.Components;
using PipelineAspire.LocalHosting.Dashboard.Live;
using PipelineAspire.LocalHosting.Dashboard.Picture;
using PipelineAspire.LocalHosting.Dashboard.Views;
using PipelineAspire.LocalHosting.Running;

namespace PipelineAspire.LocalHosting.Dashboard;

/// <summary>The dashboard, within the AppHost's own process, on loopback.</summary>
internal sealed class DashboardServer : IAsyncDisposable
{
    private const int LargestRequest = 16 * 1024;
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly PictureCollector _picture;

    private DashboardServer(WebApplication app, PictureCollector picture, Uri loginAddress) => (_app, _picture, LoginAddress) = (app, picture, loginAddress);

    /// <summary>For the terminal: whoever opens it is let in.</summary>
    public Uri LoginAddress { get; }

    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<DashboardServer> StartAsync(
        Uri address, ReplicaSet replicas, ResourceCommandService commands, IServiceProvider services, TimeProvider clock)
    {
        var app = Build(address);
        var picture = new PictureCollector(replicas, clock);
        try
        {
            var (secrets, results, views) = (new Secrets(), new ResultLog(), new ReplicaViews(replicas, services));
            var pages = new PageRenderer(app.Services, app.Services.GetRequiredService<ILoggerFactory>());
            var parts = new LiveParts(views, picture, results, secrets, pages, clock);
            app.UseAccessGate(new AccessGate(secrets, pages));
            new DashboardEndpoints(
                replicas,
                views,
                parts,
                new LiveStreams(parts, picture, replicas, clock),
                picture,
                pages,
                new CommandRunner(replicas, commands, results, clock),
                app.Lifetime.ApplicationStopping).Map(app);
            await app.StartAsync();
            var listening = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            var login = new UriBuilder(address) { Port = listening.Port, Path = "/login", Query = $"t={secrets.LoginToken}" };
            return new DashboardServer(app, picture, login.Uri);
        }
        catch
        {
            picture.Dispose();
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _picture.Dispose();
    }

    private static WebApplication Build(Uri address)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequest;
            if (address.Port != 0 && address.IsDefaultPort is false && address.Host == "localhost") kestrel.ListenLocalhost(address.Port);
            else kestrel.Listen(address.Host == "[::1]" ? IPAddress.IPv6Loopback : IPAddress.Loopback, address.Port);
        });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopsWithin);
        return builder.Build();
    }

    /// <summary>The AppHost decides when it is over; signals are its business.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
