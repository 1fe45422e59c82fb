using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace PipelineAspire.ServiceDefaults;

internal static class Telemetry
{
    /// <summary>Where OpenTelemetry's exporters send to, by OpenTelemetry's own name for it.</summary>
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// Logs, metrics and traces by OpenTelemetry, when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to. Without it
    /// nothing is collected: an activity for each of thousands of reads a second would be made for nobody. The meters
    /// are there all the same, for <c>dotnet-counters</c> say.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="quietPaths">Requests that begin with one of these are asked all the time and tell nothing: no trace.</param>
    public static void AddTelemetry(this IHostApplicationBuilder builder, params IEnumerable<string> quietPaths)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration[EndpointSetting])) return;

        PathString[] quiet = [.. quietPaths.Select(path => new PathString(path))];
        builder.Services.AddHostedService<TelemetryShutdown>();
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter("PipelineAspire.*"))
            .WithTracing(tracing => tracing
                .AddSource(builder.Environment.ApplicationName, "PipelineAspire.*")
                .AddAspNetCoreInstrumentation(requests =>
                    requests.Filter = context => !quiet.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)))
                .AddHttpClientInstrumentation(requests => requests.FilterHttpRequestMessage = _ => BelongsToARequest()))
            .UseOtlpExporter();
    }

    /// <summary>The poll loop's reads and the proxy's health probes are parts of no request: traced one by one they would drown what is.</summary>
    private static bool BelongsToARequest() => Activity.Current?.Parent is { Recorded: true };
}
