using Microsoft.Extensions.DependencyInjection.Extensions;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Threading;

namespace PipelineAspire.StatusStream.Control;

/// <summary><c>/control</c>: what demos and tests see of a replica and do to it. Only where <see cref="ControlAccess"/> lets it be.</summary>
public static class ControlSetup
{
    /// <summary>Adds what <c>/control</c> observes and breaks, if <c>Control:Enabled</c> says so; to be called after <c>AddStatusStream()</c>.</summary>
    /// <exception cref="InvalidOperationException"><c>Control:Key</c> makes no sense.</exception>
    public static void AddControl(this IHostApplicationBuilder builder)
    {
        if (!ControlAccess.IsEnabled(builder.Configuration, builder.Environment)) return;
        builder.Services.AddSingleton<ReplicaObserver>();
        builder.Services.AddKeyedSingleton<InjectedHang>(InjectedHang.OfPolling);
        builder.Services.AddKeyedSingleton<InjectedHang>(InjectedHang.OfStreams);
        builder.Services.AddHangingBackplane();
    }

    /// <summary>Maps <c>/control</c>, where it was added; where it is closed all the same, the log says why.</summary>
    public static void MapControl(this IEndpointRouteBuilder endpoints)
    {
        if (endpoints.ServiceProvider.GetService<ReplicaObserver>() is null) // else its uptime begins now
        {
            var (configuration, environment) = (endpoints.ServiceProvider.GetRequiredService<IConfiguration>(), endpoints.ServiceProvider.GetRequiredService<IHostEnvironment>());
            if (ControlAccess.IsClosed(configuration, environment)) endpoints.ServiceProvider.GetRequiredService<ILogger<ReplicaObserver>>().ControlClosed();
            return;
        }

        var control = endpoints.MapGroup("/control")
            .AddEndpointFilter(new SameOriginFilter("Pages of another origin control nothing here.", pagesOnly: false))
            .ExcludeFromDescription();
        control.RequireControlKey(endpoints.ServiceProvider.GetRequiredService<IConfiguration>());
        control.MapGet("/state", (ReplicaObserver observer) => TypedResults.Json(observer.State(), ReplicaJson.Default.ReplicaState));
        control.MapPost("/crash", ReplicaFailures.Crash);
        control.MapPost("/pause", ReplicaFailures.Pause);
        control.MapPost("/polling/hang", ReplicaFailures.HangPolling);
        control.MapPost("/streams/cut", ReplicaFailures.CutStreams);
        control.MapPost("/streams/hang", ReplicaFailures.HangStreams);
    }

    /// <summary>The backplane keeps its own registration, so that the container disposes of it as ever.</summary>
    private static void AddHangingBackplane(this IServiceCollection services)
    {
        var backplane = services.Single(service => service.ServiceType == typeof(IStatusBackplane)).ImplementationType!;
        services.AddSingleton(backplane);
        services.Replace(ServiceDescriptor.Singleton<IStatusBackplane>(provider => new HangingBackplane(
            (IStatusBackplane)provider.GetRequiredService(backplane),
            provider.GetRequiredKeyedService<InjectedHang>(InjectedHang.OfPolling))));
    }
}
