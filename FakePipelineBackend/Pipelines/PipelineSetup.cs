using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry.Instrumentation.AspNetCore;

namespace PipelineAspire.FakePipelineBackend.Pipelines;

public static class PipelineSetup
{
    /// <summary>The longest request line, in bytes: a batch names its pipelines there, more than a thousand of the longest ids.</summary>
    private const int MaxRequestLineBytes = 192 * 1024;

    public static void AddPipelines(this IServiceCollection services)
    {
        services.AddSingleton<PipelineRegistry>();
        services.AddSingleton<MovingFields>();
        services.AddSingleton<PipelineReads>();
        services.AddHostedService<StartingPipelines>();
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes);

        // Thousands of reads a second: the reader's own spans tell of them, a second set of spans here only costs.
        services.PostConfigure<AspNetCoreTraceInstrumentationOptions>(options =>
        {
            var others = options.Filter;
            options.Filter = context => !PipelineReads.IsHealthRead(context.Request.Path) && (others?.Invoke(context) ?? true);
        });
    }

    public static void MapReads(this WebApplication app)
    {
        var reads = app.Services.GetRequiredService<PipelineReads>();
        app.MapGet("/pipeline/{id}/health", reads.ReadHealthAsync);
        app.MapGet("/pipeline/health", reads.ReadBatchAsync);
        app.MapGet("/pipeline", reads.ReadListAsync);
    }

    public static void MapMoves(this WebApplication app)
    {
        foreach (var move in Enum.GetValues<PipelineMove>())
        {
            app.MapPost(
                $"/pipeline/{{id}}/{move.ToString().ToLowerInvariant()}", (string id, PipelineRegistry pipelines) => PipelineMoves.Begin(id, move, pipelines));
        }

        app.MapDelete("/pipeline/{id}", PipelineMoves.Delete);
    }
}
