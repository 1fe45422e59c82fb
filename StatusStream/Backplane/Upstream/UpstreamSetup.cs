using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Connections;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Backplane.Upstream;

internal static class UpstreamSetup
{
    /// <summary>Requests that no connection of a client stands behind: the stream, and what is passed on.</summary>
    private const int OwnConnections = 32;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);

    /// <summary>True when this hub passes another's streams on.</summary>
    public static bool HasUpstream(this IConfiguration configuration) =>
        configuration[$"{UpstreamOptions.Section}:{nameof(UpstreamOptions.Upstream)}"] is { Length: > 0 };

    /// <summary>Makes another hub the source, in the place of a poll loop and Redis.</summary>
    public static IServiceCollection AddUpstreamBackplane(this IServiceCollection services)
    {
        services.AddOptions<UpstreamOptions>().BindConfiguration(UpstreamOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<UpstreamOptions>, UpstreamOptionsValidator>();
        services.AddOptions<ConnectionOptions>().Configure(static connections => connections.OwnConnections = OwnConnections);

        // Another hub's documents and lists say public statuses, whatever its backend says.
        services.PostConfigure<PipelineBackendOptions>(static backend =>
        {
            backend.StatusProperty = "status";
            foreach (var name in PipelineStatuses.AllNames) backend.StatusMap[name] = name;
        });
        services.AddHttpClient(UpstreamReplicas.HttpClientName)
            .ConfigureHttpClient(static http => http.Timeout = Timeout.InfiniteTimeSpan) // streams last, and requests have deadlines of their own
            .UseSocketsHttpHandler(static (handler, _) =>
            {
                handler.ConnectTimeout = ConnectTimeout;
                handler.AllowAutoRedirect = false;
                handler.UseCookies = false;
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5); // follow DNS
            })
            .ConfigureAdditionalHttpMessageHandlers(static (handlers, _) => handlers.Clear()) // it fails over by itself
            .RemoveAllLoggers();
        services.AddHealthChecks().AddCheck<UpstreamHealthCheck>("upstream");
        services.Replace(ServiceDescriptor.Singleton<IStatusBackplane, UpstreamBackplane>());
        services.Replace(ServiceDescriptor.Singleton(static provider =>
            new WatchList(provider.GetRequiredService<PollCadence>(), provider.GetRequiredService<TimeProvider>()) { RetainsStreams = false }));
        return services
            .AddSingleton<UpstreamToken>()
            .AddSingleton<UpstreamReplicas>()
            .AddSingleton(static provider => new UpstreamClient(provider.GetRequiredService<UpstreamReplicas>()))
            .AddSingleton<IUpstream, HttpUpstream>()
            .AddSingleton<IPipelineLister, UpstreamList>()
            .AddSingleton<ILeasedStatusReceiver>(static provider => (ILeasedStatusReceiver)provider.GetRequiredService<IStatusReceiver>())
            .AddSingleton<UpstreamFeed>()
            .AddSingleton<UpstreamState>()
            .AddSingleton<UpstreamCatchUps>()
            .AddSingleton<UpstreamLoop>()
            .AddSingleton<UpstreamListReader>()
            .AddLoop<UpstreamLoop>("upstream", static loop => loop.RunAsync)
            .AddLoop<UpstreamListReader>("list", static reader => reader.RunAsync);
    }
}
