using Microsoft.AspNetCore.Http.HttpResults;

namespace PipelineAspire.FakePipelineBackend.Pipelines;

/// <summary>The problem details that concern a pipeline.</summary>
public static class PipelineProblems
{
    public static ProblemHttpResult InvalidId(string? id) =>
        TypedResults.Problem($"'{id}' is no pipeline id: {PipelineId.Rule}.", statusCode: StatusCodes.Status400BadRequest);

    public static ProblemHttpResult NoIds() =>
        TypedResults.Problem("ids is missing or empty; it names pipelines, with commas between them.", statusCode: StatusCodes.Status400BadRequest);

    public static ProblemHttpResult NotFound(string id) =>
        TypedResults.Problem($"There is no pipeline '{id}'.", statusCode: StatusCodes.Status404NotFound);

    public static ProblemHttpResult NotAllowed(string id, string? status, string what, IEnumerable<string> allowedIn) =>
        TypedResults.Problem(
            $"Pipeline '{id}' {(string.IsNullOrEmpty(status) ? "has no status" : $"is {status}")}; " +
            $"{what} is allowed when it is {string.Join(" or ", allowedIn)}.",
            statusCode: StatusCodes.Status409Conflict);
}
