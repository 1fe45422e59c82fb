namespace PipelineAspire.FakePipelineBackend.Counting;

public static class CountingSetup
{
    public static void AddCounting(this IServiceCollection services) => services.AddSingleton<ReadCounter>();

    /// <summary><c>/stats</c>: GET tells the counts, DELETE starts them anew.</summary>
    public static void MapStats(this IEndpointRouteBuilder control)
    {
        control.MapGet("/stats", (ReadCounter counter) => TypedResults.Ok(counter.Read()));
        control.MapDelete("/stats", (ReadCounter counter) =>
        {
            counter.Reset();
            return TypedResults.NoContent();
        });
    }
}
