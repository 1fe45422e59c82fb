using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PipelineAspire.HttpDefaults.Connections;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Streaming.Compression;

namespace PipelineAspire.StatusStream.Streaming;

internal static class StreamingSetup
{
    /// <summary>Adds the event streams.</summary>
    public static IServiceCollection AddStreaming(this IServiceCollection services)
    {
        services.AddOptions<StreamingOptions>().BindConfiguration(StreamingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ConnectionOptions>()
            .Configure<IOptions<StreamingOptions>>(static (connections, streaming) => connections.MaxStreams = streaming.Value.MaxStreams);
        services.TryAddSingleton(static provider => ConnectionLimits.Without(provider.GetRequiredService<IOptions<ConnectionOptions>>().Value));
        services.AddHealthChecks().AddCheck<DrainHealthCheck>("drain");
        return services
            .AddSingleton<SseFrames>()
            .AddSingleton(static provider => new SnapshotChunks(
                SseFrames.WriteBatchItem, provider.GetRequiredService<IOptions<StreamingOptions>>().Value.Compression, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<StreamEncoding>()
            .AddSingleton<HeartbeatWheel>()
            .AddLoop<HeartbeatWheel>("heartbeats", wheel => wheel.RunAsync)
            .AddSingleton<StreamRegistry>()
            .AddSingleton<StreamRunner>()
            .AddSingleton<StreamEndpoint>()
            .AddHostedService<StreamDrain>();
    }

    /// <summary>Maps <c>GET /ui-api/pipeline/status/stream</c>. Described by contracts/stream-events.json rather than OpenAPI.</summary>
    public static void MapStreaming(this IEndpointRouteBuilder endpoints)
    {
        var endpoint = endpoints.ServiceProvider.GetRequiredService<StreamEndpoint>();
        endpoints.MapGet(StreamRequest.Path, endpoint.HandleAsync).ExcludeFromDescription();
    }
}
