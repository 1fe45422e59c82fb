namespace PipelineAspire.FakePipelineBackend.Scripting;

public static class ScriptSetup
{
    public static void AddScripting(this IServiceCollection services)
    {
        services.AddSingleton<ScriptRunner>();
        services.AddHostedService<DemoScript>();
    }

    /// <summary><c>/script</c>: POST starts one in place of the running one, DELETE ends it, GET tells how far it is.</summary>
    public static void MapScript(this IEndpointRouteBuilder control)
    {
        control.MapPost("/script", async (HttpRequest request, ScriptRunner runner, CancellationToken cancellationToken) =>
        {
            runner.Start(await ScriptJson.ReadAsync(request.Body, cancellationToken));
            return TypedResults.NoContent();
        });
        control.MapDelete("/script", (ScriptRunner runner) =>
        {
            runner.End();
            return TypedResults.NoContent();
        });
        control.MapGet("/script", (ScriptRunner runner) => TypedResults.Ok(runner.Progress()));
    }
}
