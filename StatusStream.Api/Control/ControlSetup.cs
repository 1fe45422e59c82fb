using Microsoft.Extensions.DependencyInjection.Extensions;
using PipelineAspire.StatusStream.Backplane;

namespace PipelineAspire.StatusStream.Control;

/// <summary><c>/control</c>: what demos and tests see of a replica and do to it. Only with <c>Control:Enabled</c>.</summary>
public static class ControlSetup
{
    private const string Setting = "Control:Enabled";

    /// <summary>Adds what <c>/control</c> observes; call it after broadcasting was added.</summary>
    public static IServiceCollection AddControl(this IServiceCollection services, IConfiguration configuration)
    {
        if (!configuration.GetValue<bool>(Setting)) return services;
        return services
            .AddSingleton<ReplicaObserver>()
            .AddSingleton<ReceivedStatuses>()
            .Replace(ServiceDescriptor.Singleton<IStatusReceiver>(provider => provider.GetRequiredService<ReceivedStatuses>()));
    }

    /// <summary>Maps <c>/control</c>.</summary>
    public static void MapControl(this WebApplication app)
    {
        if (!app.Configuration.GetValue<bool>(Setting)) return;

        app.Services.GetRequiredService<ReplicaObserver>(); // its uptime begins now
        var control = app.MapGroup("/control").AddEndpointFilter(ForeignPages.RefuseAsync).ExcludeFromDescription();
        control.MapGet("/state", (ReplicaObserver observer) => TypedResults.Json(observer.State(), ReplicaJson.Default.ReplicaState));
        control.MapPost("/crash", ReplicaFailures.Crash);
        control.MapPost("/pause", ReplicaFailures.Pause);
        control.MapPost("/streams/cut", ReplicaFailures.CutStreams);
        control.MapPost("/streams/hang", ReplicaFailures.HangStreams);
    }
}
