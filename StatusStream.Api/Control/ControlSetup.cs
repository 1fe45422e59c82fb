namespace PipelineAspire.StatusStream.Control;

/// <summary><c>/control</c>: what demos and tests see of a replica and do to it. Only with <c>Control:Enabled</c>.</summary>
public static class ControlSetup
{
    private const string Setting = "Control:Enabled";

    /// <summary>Adds what <c>/control</c> observes.</summary>
    public static IServiceCollection AddControl(this IServiceCollection services, IConfiguration configuration) =>
        configuration.GetValue<bool>(Setting) ? services.AddSingleton<ReplicaObserver>() : services;

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
