using OpenTelemetry.Instrumentation.AspNetCore;

namespace PipelineAspire.FakePipelineBackend.Pipelines;

public static class PipelineSetup
{
    public static void AddPipelines(this IServiceCollection services)
    {
        services.AddSingleton<PipelineRegistry>();
        services.AddSingleton<PipelineReads>();
        services.AddHostedService<StartingPipelines>();

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
