namespace PipelineAspire.StatusStream.Streaming;

public static class StreamingSetup
{
    /// <summary>Adds the event streams.</summary>
    public static IServiceCollection AddStreaming(this IServiceCollection services)
    {
        services.AddOptions<StreamingOptions>().BindConfiguration(StreamingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddHealthChecks().AddCheck<DrainHealthCheck>("drain");
        return services
            .AddSingleton<SseFrames>()
            .AddSingleton<HeartbeatWheel>()
            .AddSingleton<StreamRegistry>()
            .AddSingleton<StreamSilence>()
            .AddSingleton<StreamEndpoint>()
            .AddHostedService<StreamDrain>();
    }

    /// <summary>Maps <c>GET /ui-api/pipeline/status/stream</c>. Described by contracts/stream-events.json rather than OpenAPI.</summary>
    public static void MapStreaming(this WebApplication app)
    {
        var endpoint = app.Services.GetRequiredService<StreamEndpoint>();
        app.MapGet(StreamEndpoint.Path, endpoint.HandleAsync).ExcludeFromDescription();
    }
}
