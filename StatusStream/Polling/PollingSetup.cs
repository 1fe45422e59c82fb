using System.Net;
using Microsoft.Extensions.Options;
using PipelineAspire.HttpDefaults.Connections;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Polling;

internal static class PollingSetup
{
    /// <summary>Adds the backend reader and the poll loop.</summary>
    public static IServiceCollection AddPolling(this IServiceCollection services)
    {
        services.AddOptions<PollingOptions>().BindConfiguration(PollingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<PipelineBackendOptions>().BindConfiguration(PipelineBackendOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PipelineBackendOptions>, PipelineBackendOptionsValidator>();
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<PollingOptions>>().Value;
            return new PollCadence(options.PollInterval, options.RequestTimeout);
        });

        services.AddOptions<ConnectionOptions>().Configure<IOptions<PollingOptions>>(
            static (connections, polling) => connections.OwnConnections = polling.Value.MaxConcurrentReads);
        services.AddSingleton<BackendStatusMap>();
        services.AddSingleton(provider =>
        {
            var state = new PollingState();
            provider.GetRequiredService<StatusStreamMetrics>().ObservePolling(() => state.Term is { } term ? (term.Epoch, term.IsIsolated) : null);
            return state;
        });
        services.AddHealthChecks().AddCheck<IsolationHealthCheck>("sharing");
        services.AddBackendClient();
        services.AddHostedService<StatusPoller>();
        return services;
    }

    private static void AddBackendClient(this IServiceCollection services)
    {
        var client = services.AddHttpClient<IPipelineBackend, PipelineBackendClient>()
            .ConfigureHttpClient((provider, http) =>
            {
                http.Timeout = Timeout.InfiniteTimeSpan; // each read has its own deadline, which includes the body
                http.DefaultRequestHeaders.Add(
                    PipelineBackendClient.InstanceHeader, provider.GetRequiredService<IOptions<ReplicaOptions>>().Value.InstanceName);
                http.DefaultRequestHeaders.Add("Accept", "application/json");
                foreach (var (header, value) in provider.GetRequiredService<IOptions<PipelineBackendOptions>>().Value.Headers)
                {
                    http.DefaultRequestHeaders.Remove(header);
                    http.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
                }
            })
            .UseSocketsHttpHandler((handler, provider) =>
            {
                if (provider.GetService<ConnectionLimits>() is { } limits) handler.MaxConnectionsPerServer = limits.OwnConnections; // each is a descriptor
                handler.AllowAutoRedirect = false; // a redirect could carry the configured headers to another host
                handler.UseCookies = false;
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
