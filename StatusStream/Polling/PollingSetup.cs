using System.Net;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Connections;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Polling.Pacing;

namespace PipelineAspire.StatusStream.Polling;

internal static class PollingSetup
{
    /// <summary>Adds the pace, and what is known of the backend: for every hub, whoever reads.</summary>
    public static IServiceCollection AddPollingSettings(this IServiceCollection services)
    {
        services.AddOptions<PollingOptions>().BindConfiguration(PollingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<PollingOptions>, PollingOptionsValidator>();
        services.AddOptions<PipelineBackendOptions>().BindConfiguration(PipelineBackendOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PipelineBackendOptions>, PipelineBackendOptionsValidator>();
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<PollingOptions>>().Value;
            return new PollCadence(options.PollInterval, options.RequestTimeout)
            {
                StableInterval = options.StableInterval ?? options.PollInterval,
                BackgroundInterval = options.BackgroundInterval ?? options.PollInterval,
            };
        });
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<PollingOptions>>().Value;
            var batch = provider.GetRequiredService<IOptions<PipelineBackendOptions>>().Value.Batch;
            return new ScheduleLimits
            {
                MaxConcurrentReads = options.MaxConcurrentReads,
                MaxPipelines = options.MaxWatchedPipelines,
                MaxRequestsPerSecond = options.MaxReadsPerSecond,
                BatchSize = batch.Path is null ? null : batch.IsAboutAll ? ScheduleLimits.All : batch.MaxIds,
            };
        });

        services.AddSingleton<BackendStatusMap>().AddSingleton<BackendStatusReader>();
        services.AddSingleton(provider =>
        {
            var state = new PollingState();
            var metrics = provider.GetRequiredService<StatusStreamMetrics>();
            metrics.ObservePolling(() => state.Term is { } term ? (term.Epoch, term.IsIsolated) : null);
            PollingMetrics.Observe(metrics.Meter, state);
            return state;
        });
        return services.AddSingleton<BackendList>();
    }

    /// <summary>Adds the clients of the backend, which do nothing by themselves.</summary>
    public static IServiceCollection AddBackendClients(this IServiceCollection services)
    {
        services.AddOptions<ConnectionOptions>().Configure<IOptions<PollingOptions>>(
            static (connections, polling) => connections.OwnConnections = polling.Value.MaxConcurrentReads);
        services.AddHttpClient<IPipelineBackend, PipelineBackendClient>().ConfigureBackend(MostConnections);
        services.AddSingleton<IPipelineLister, SharedLister>();
        services.AddHttpClient<PipelineActionClient>().ConfigureBackend(static _ => PipelineActionClient.MaxConcurrent);
        return services;
    }

    /// <summary>Adds the loops that read the backend, and their health.</summary>
    public static IServiceCollection AddPollLoops(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<IsolationHealthCheck>("sharing")
            .AddCheck<BudgetHealthCheck>("budget")
            .AddCheck<AccessHealthCheck>("backend access");
        return services
            .AddSingleton<ListReader>()
            .AddLoop<ListReader>("list", static reader => reader.RunAsync)
            .AddHostedService<StatusPoller>();
    }

    /// <summary>Each connection is a descriptor.</summary>
    private static int? MostConnections(IServiceProvider provider) => provider.GetService<ConnectionLimits>()?.OwnConnections;

    private static void ConfigureBackend(this IHttpClientBuilder client, Func<IServiceProvider, int?> mostConnections)
    {
        client
            .ConfigureHttpClient((provider, http) =>
            {
                http.Timeout = Timeout.InfiniteTimeSpan; // each request has its own deadline, which includes the body
                http.DefaultRequestHeaders.Add(
                    PipelineBackendClient.InstanceHeader, provider.GetRequiredService<IOptions<ReplicaOptions>>().Value.InstanceName);
                http.DefaultRequestHeaders.Add("Accept", "application/json");
                http.DefaultRequestVersion = HttpVersion.Version20; // where the backend has it, agreed upon with TLS
                http.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
                foreach (var (header, value) in provider.GetRequiredService<IOptions<PipelineBackendOptions>>().Value.Headers)
                {
                    http.DefaultRequestHeaders.Remove(header);
                    http.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
                }
            })
            .UseSocketsHttpHandler((handler, provider) =>
            {
                if (mostConnections(provider) is { } most) handler.MaxConnectionsPerServer = most;
                handler.AllowAutoRedirect = false; // a redirect could carry the configured headers to another host
                handler.UseCookies = false;
                handler.EnableMultipleHttp2Connections = true;
                handler.PlaintextStreamFilter = BackendConnection.NoteNewAsync;
                handler.AutomaticDecompression = DecompressionMethods.All;
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5); // follow DNS
            })
            .RemoveAllLoggers(); // thousands of reads a second; failures are logged once per episode

        // The loop is the retry: a handler that retries by itself would read twice in an interval.
#pragma warning disable EXTEXP0001
        client.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
    }
}
