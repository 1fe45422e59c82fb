using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Connections;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Streaming.Compression;
using PipelineAspire.StatusStream.Streaming.Watching;

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
            .AddSingleton(static provider => Snapshots(provider, withFields: false))
            .AddKeyedSingleton(StreamEncoding.WithFields, static (provider, _) => Snapshots(provider, withFields: true))
            .AddSingleton<StreamEncoding>()
            .AddSingleton<HeartbeatWheel>()
            .AddLoop<HeartbeatWheel>("heartbeats", wheel => wheel.RunAsync)
            .AddSingleton<StreamRegistry>()
            .AddSingleton(static provider => ActivatorUtilities.CreateInstance<WatchServices>(
                provider, provider.GetRequiredService<IOptions<StreamingOptions>>().Value.MaxPipelinesPerStream * StreamingOptions.MostTimesByWatchRequests))
            .AddSingleton<WatchedStreams>()
            .AddSingleton<RightsReview>()
            .AddLoop<RightsReview>("rights", static review => review.RunAsync)
            .AddSingleton<StreamRunner>()
            .AddSingleton<StreamEndpoint>()
            .AddHostedService<StreamDrain>();
    }

    private static SnapshotChunks Snapshots(IServiceProvider provider, bool withFields) => new(
        withFields ? SseFrames.WriteBatchItemWithFields : SseFrames.WriteBatchItem,
        provider.GetRequiredService<IOptions<StreamingOptions>>().Value.Compression,
        provider.GetRequiredService<TimeProvider>(),
        withFields);

    /// <summary>Maps <c>GET status/stream</c>. Described by contracts/stream-events.json rather than OpenAPI.</summary>
    public static void MapStreaming(this IEndpointRouteBuilder endpoints)
    {
        var endpoint = endpoints.ServiceProvider.GetRequiredService<StreamEndpoint>();
        endpoints.MapGet(StreamRequest.Path, endpoint.HandleAsync).ExcludeFromDescription();
        endpoints.MapPost(WatchEndpoint.Path, WatchEndpoint.HandleAsync)
            .WithSummary("Watch other pipelines on a stream that was opened with watch=1. A batch on the stream acknowledges it.")
            .WithMetadata(new RequestSizeLimitAttribute(WatchEndpoint.MaxBodyBytes))
            .Accepts<WatchBody>("application/json", "*/*") // whatever a simple client calls it
            .Produces<AcceptedWatch>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
    }
}
