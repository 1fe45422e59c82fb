using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PipelineAspire.StatusStream.Client;

namespace Microsoft.Extensions.Hosting;

/// <summary>A <see cref="StatusStreamClient"/> in an application that Aspire runs.</summary>
public static class AspireStatusStreamClientExtensions
{
    private const string Section = "Aspire:StatusStream:Client";

    /// <summary>
    /// Adds a <see cref="StatusStreamClient"/> of the hub that is called <paramref name="connectionName"/> in the AppHost, with health check, traces and
    /// metrics. Settings are those of section <c>Aspire:StatusStream:Client</c>, and of <c>Aspire:StatusStream:Client:{connectionName}</c> on top.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="connectionName">The hub's name.</param>
    /// <param name="configureSettings">Changes the settings after they were read.</param>
    /// <exception cref="InvalidOperationException">Its connection string is no http or https address; the message names it.</exception>
    public static void AddStatusStreamClient(
        this IHostApplicationBuilder builder, string connectionName, Action<StatusStreamClientSettings>? configureSettings = null) =>
        builder.Add(connectionName, serviceKey: null, configureSettings);

    /// <summary>The same for one of several hubs: the client is a keyed service, by the hub's name.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The hub's name, and the client's key.</param>
    /// <param name="configureSettings">Changes the settings after they were read.</param>
    /// <exception cref="InvalidOperationException">Its connection string is no http or https address; the message names it.</exception>
    public static void AddKeyedStatusStreamClient(
        this IHostApplicationBuilder builder, string name, Action<StatusStreamClientSettings>? configureSettings = null) =>
        builder.Add(name, serviceKey: name, configureSettings);

    private static void Add(
        this IHostApplicationBuilder builder, string connectionName, object? serviceKey, Action<StatusStreamClientSettings>? configureSettings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);
        var settings = Read(builder.Configuration, connectionName);
        configureSettings?.Invoke(settings);

        var httpClient = $"statusstream {connectionName}";
        builder.Services.AddHttpClient(httpClient, settings.Endpoint ?? new Uri($"https+http://{connectionName}"));
        builder.Services.AddKeyedSingleton(serviceKey, (provider, _) => new StatusStreamClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(httpClient), settings.Options, provider.GetService<TimeProvider>()));
        if (!settings.DisableHealthChecks)
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                serviceKey is null ? "StatusStream.Client" : $"StatusStream.Client_{connectionName}",
                provider => new StatusStreamHealthCheck(
                    () => provider.GetRequiredService<IHttpClientFactory>().CreateClient(httpClient), settings.Options.Endpoint),
                failureStatus: null,
                tags: null,
                settings.HealthCheckTimeout));
        }

        if (!settings.DisableTracing) builder.Services.AddOpenTelemetry().WithTracing(traces => traces.AddSource(StatusStreamClient.TelemetryName));
        if (!settings.DisableMetrics) builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(StatusStreamClient.TelemetryName));
    }

    private static StatusStreamClientSettings Read(IConfiguration configuration, string connectionName)
    {
        var settings = new StatusStreamClientSettings();
        var section = configuration.GetSection(Section);
        section.Bind(settings);
        section.GetSection(connectionName).Bind(settings);
        if (configuration.GetConnectionString(connectionName) is { Length: > 0 } address)
        {
            settings.Endpoint = Uri.TryCreate(address, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https" or "https+http"
                ? endpoint
                : throw new InvalidOperationException($"ConnectionStrings:{connectionName} must be an http or https address.");
        }

        return settings;
    }

    /// <summary>For a stream: nothing retries, and nothing times out; replicas are found by service discovery.</summary>
    private static void AddHttpClient(this IServiceCollection services, string name, Uri endpoint)
    {
        services.AddServiceDiscovery();
        services.AddHttpClient(name)
            .ConfigureHttpClient(http =>
            {
                http.BaseAddress = endpoint;
                http.Timeout = Timeout.InfiniteTimeSpan;
            })
            .UseSocketsHttpHandler(static (handler, _) => handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5)) // follow DNS
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigureAdditionalHttpMessageHandlers(static (handlers, _) => handlers.Clear())
            .AddServiceDiscovery();
    }
}
