namespace PipelineAspire.FakePipelineBackend.Pipelines;

/// <summary>What users ask of a pipeline: <c>POST /pipeline/{id}/stop|resume|pause|terminate</c>, <c>DELETE /pipeline/{id}</c>.</summary>
public static class PipelineMoves
{
    public static IResult Begin(string id, PipelineMove move, PipelineRegistry pipelines) =>
        Answer(id, () => pipelines.Begin(id, move), move.ToString().ToLowerInvariant(), PipelineLifecycle.StatesThatAllow(move));

    public static IResult Delete(string id, PipelineRegistry pipelines) =>
        Answer(id, () => pipelines.Delete(id), "delete", [PipelineStates.Stopped]);

    private static IResult Answer(string id, Func<ChangeResult> change, string what, IEnumerable<string> allowedIn)
    {
        if (!PipelineId.IsValid(id)) return PipelineProblems.InvalidId(id);

        var result = change();
        return result.Outcome switch
        {
            ChangeOutcome.Done => TypedResults.NoContent(),
            ChangeOutcome.NotFound => PipelineProblems.NotFound(id),
            _ => PipelineProblems.NotAllowed(id, result.Status, what, allowedIn),
        };
    }
}
