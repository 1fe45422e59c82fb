using System.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PipelineAspire.ServiceDefaults.Memory;

namespace PipelineAspire.ServiceDefaults;

/// <summary>What every service of the solution has in common: telemetry, health, service discovery, resilience.</summary>
public static class ServiceDefaultsExtensions
{
    private const string HealthPath = "/health";
    private const string AlivePath = "/alive";

    /// <summary>
    /// Adds telemetry, health checks, service discovery, a resilient <see cref="HttpClient"/> and the system clock.
    /// A client that must not be retried (a stream, the backend reader) removes the resilience handlers for itself.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="quietPaths">Paths that are asked all the time, and so leave no trace; those of health never do.</param>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder, params IEnumerable<string> quietPaths)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddTelemetry(quietPaths.Append(HealthPath).Append(AlivePath));
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });
        return builder;
    }

    /// <summary>
    /// Gives memory back to the system when many streams were opened at once and it is calm again; in a process with the server's
    /// collector, since the workstation's keeps little.
    /// </summary>
    public static TBuilder AddMemoryTrimming<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        if (GCSettings.IsServerGC)
        {
            builder.Services.AddHostedService(static services =>
                new MemoryTrimmer(new CollectedMemory(), TimeProvider.System, services.GetRequiredService<ILogger<MemoryTrimmer>>()));
        }

        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (ready: every check) and <c>/alive</c> (the process answers), in every environment. A
    /// check that is not well, or has something to say all the same, says it, a line each, in words without names, addresses or stacks.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks(HealthPath, new HealthCheckOptions { ResponseWriter = WriteAsync }).DisableHttpMetrics();
        app.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") }).DisableHttpMetrics();
        return app;
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain";
        var reasons = report.Entries.Values
            .Where(entry => entry.Description is not null)
            .Select(entry => entry.Description);
        return context.Response.WriteAsync(string.Join('\n', reasons.Prepend(report.Status.ToString())));
    }
}
