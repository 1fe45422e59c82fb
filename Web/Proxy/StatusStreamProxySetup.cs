using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Connections;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Transforms;

namespace PipelineAspire.Web.Proxy;

internal static class StatusStreamProxySetup
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Connections to replicas that nobody uses are descriptors that nobody else may use.</summary>
    private static readonly TimeSpan PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Connections that no connection of a browser stands behind: questions for health.</summary>
    private const int OwnConnections = 16;

    /// <summary>Pages and proxy load their assemblies at the first request.</summary>
    private const int LaterDescriptors = 88;

    /// <summary>Adds the proxy of <c>/ui-api</c> to the replicas of StatusStream.Api.</summary>
    public static void AddStatusStreamProxy(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StatusStreamApiOptions>().Bind(configuration.GetSection(StatusStreamApiOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StatusStreamApiOptions>, StatusStreamApiOptionsValidator>();
        services.AddSingleton<IPassiveHealthCheckPolicy, ConnectionFailurePolicy>();
        services.AddOptions<ConnectionOptions>().Configure(connections =>
        {
            connections.DescriptorsPerConnection = 2; // the browser's, and one to a replica
            connections.OwnConnections = OwnConnections;
            connections.LaterDescriptors = LaterDescriptors;
        });
        // Web asks its own system only: a proxy of the environment stands before the world outside.
        services.ConfigureHttpClientDefaults(http => http.UseSocketsHttpHandler((handler, _) => handler.UseProxy = false));
        services.AddHttpClient(ReplicaWatch.HttpClientName).ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear()).RemoveAllLoggers();
        services.AddSingleton<ReplicaWatch>();
        services.AddSingleton<Failover>();
        services.AddSingleton<StreamCapacity>();
        services.AddSingleton<StreamShutdown>();
        services.AddSingleton<IProxyConfigProvider>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<StatusStreamApiOptions>>().Value;
            var replicas = ReplicaAddresses.Find(provider.GetRequiredService<IConfiguration>(), new Uri(options.BaseUrl));
            return new InMemoryConfigProvider(
                ProxyConfiguration.Routes, [ProxyConfiguration.ClusterOf(replicas, options.ActivityTimeout)]);
        });
        services.AddReverseProxy()
            .ConfigureHttpClient((_, handler) =>
            {
                handler.ConnectTimeout = ConnectTimeout;
                handler.PooledConnectionIdleTimeout = PooledConnectionIdleTimeout;
                handler.AutomaticDecompression = DecompressionMethods.None;
            })
            .AddTransforms(transforms => transforms
                .AddXForwarded(ForwardedTransformActions.Set) // what a client says of itself is dropped
                .AddResponseTransform(ReplicaAttempt.NoteAnswerAsync)
                .AddResponseTransform(Failover.HoldBackRefusalAsync)
                .AddResponseTransform(PassStreamHeadersOnAtOnceAsync));
    }

    /// <param name="app">Web.</param>
    /// <param name="upFront">What else requests pass before they are passed on; nothing by default.</param>
    public static void MapStatusStreamProxy(this WebApplication app, Func<HttpContext, Func<Task>, Task>? upFront = null)
    {
        var capacity = app.Services.GetRequiredService<StreamCapacity>();
        var failover = app.Services.GetRequiredService<Failover>();
        var shutdown = app.Services.GetRequiredService<StreamShutdown>();
        app.MapReverseProxy(proxy =>
        {
            proxy.Use(capacity.LimitStreamsAsync);
            proxy.Use(shutdown.EndStreamsAsync);
            if (upFront is not null) proxy.Use(upFront);
            proxy.Use(ProxyProblems.DescribeAsync);
            proxy.Use(failover.TryEachReplicaOnceAsync);
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        });
    }

    /// <summary>
    /// A stream is open for the browser when its headers are there, which may be long before the first event. It is no
    /// request whose duration says anything: hours of it would hide all others.
    /// </summary>
    private static async ValueTask PassStreamHeadersOnAtOnceAsync(ResponseTransformContext transform)
    {
        if (transform.ProxyResponse is { IsSuccessStatusCode: true, Content.Headers.ContentType.MediaType: "text/event-stream" })
        {
            if (transform.HttpContext.Features.Get<IHttpMetricsTagsFeature>() is { } metrics) metrics.MetricsDisabled = true;
            await transform.HttpContext.Response.Body.FlushAsync(transform.CancellationToken);
        }
    }
}
