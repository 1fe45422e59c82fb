using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace PipelineAspire.ServiceDefaults;

internal static class Telemetry
{
    /// <summary>
    /// Logs, metrics and traces by OpenTelemetry, when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to. Without it
    /// nothing is collected: an activity for each of thousands of reads a second would be made for nobody. The meters
    /// are there all the same, for <c>dotnet-counters</c> say.
    /// </summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder, params string[] quietPaths)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return;

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
                .AddSource(builder.Environment.ApplicationName)
                .AddAspNetCoreInstrumentation(options => options.Filter =
                    context => !quietPaths.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal)))
                .AddHttpClientInstrumentation())
            .UseOtlpExporter();
    }
}
