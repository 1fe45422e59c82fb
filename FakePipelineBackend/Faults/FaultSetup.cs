using PipelineAspire.FakePipelineBackend.Pipelines;
using PipelineAspire.FakePipelineBackend.StrictJson;

namespace PipelineAspire.FakePipelineBackend.Faults;

public static class FaultSetup
{
    public static void AddFaults(this IServiceCollection services)
    {
        services.AddSingleton<FaultTable>();
        services.AddSingleton<FaultInjector>();
        services.AddSingleton(Random.Shared);
    }

    /// <summary><c>/faults</c> for all pipelines, <c>/faults/{id}</c> for one: PUT sets, DELETE clears; GET lists them all.</summary>
    public static void MapFaults(this IEndpointRouteBuilder control)
    {
        control.MapGet("/faults", (FaultTable faults) => TypedResults.Ok(faults.Now));
        control.MapPut("/faults", async (HttpRequest request, FaultTable faults, CancellationToken cancellationToken) =>
        {
            faults.SetForAll(await ReadAsync(request, cancellationToken));
            return TypedResults.NoContent();
        });
        control.MapDelete("/faults", (FaultTable faults) =>
        {
            faults.ClearAll();
            return TypedResults.NoContent();
        });
        control.MapPut("/faults/{id}", async Task<IResult> (string id, HttpRequest request, FaultTable faults, CancellationToken cancellationToken) =>
        {
            if (!PipelineId.IsValid(id)) return PipelineProblems.InvalidId(id);

            faults.Set(id, await ReadAsync(request, cancellationToken));
            return TypedResults.NoContent();
        });
        control.MapDelete("/faults/{id}", IResult (string id, FaultTable faults) =>
        {
            if (!PipelineId.IsValid(id)) return PipelineProblems.InvalidId(id);

            faults.Clear(id);
            return TypedResults.NoContent();
        });
    }

    private static Task<Fault> ReadAsync(HttpRequest request, CancellationToken cancellationToken) =>
        JsonFields.ReadAsync(request.Body, FaultJson.Known, FaultJson.Read, cancellationToken);
}
