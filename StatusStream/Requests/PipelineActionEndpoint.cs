using System.Globalization;
using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Http;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Requests;

/// <summary><c>POST {id}/{action}</c>: a configured action is passed to the backend, and its pipeline read at once.</summary>
internal sealed class PipelineActionEndpoint(
    PipelineActionClient backend, PipelineAdmission admission, ActionLimits limits, IStatusBackplane backplane, IHostApplicationLifetime lifetime,
    ILogger<PipelineActionEndpoint> logger)
{
    public async Task<IResult> HandleAsync(HttpContext context, string id, string action, string path)
    {
        if (!PipelineId.IsValid(id)) return Problems.BadRequest(PipelineIdsQuery.Malformed(id));
        if (limits.Refuse(context) is { } tooMany) return tooMany;
        var (stranger, admitted) = await admission.AdmitPollAsync(context, [id], context.RequestAborted);
        if (stranger is not null) return stranger;
        if (admitted.Count == 0) return Problems.NoSuchPipeline(id);

        // An action under way is not taken back when whoever asked has left.
        var outcome = await backend.SendAsync(id, path, lifetime.ApplicationStopping);
        logger.ActionPassed(id, action, ClientKey.Of(context), outcome.Result, outcome.StatusCode);

        // A refusal may mean that the page knew an old status, and nobody knows what became of a request without an answer.
        await backplane.NotifyAsync([id], lifetime.ApplicationStopping);
        return Answer(context, id, action, outcome);
    }

    private static IResult Answer(HttpContext context, string id, string action, ActionOutcome outcome)
    {
        if (outcome.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return outcome.Result switch
        {
            ActionResult.Accepted => TypedResults.Json(
                new AcceptedAction(id, action), StatusJson.Default.AcceptedAction, statusCode: StatusCodes.Status202Accepted),
            ActionResult.Refused => Results.Problem(
                outcome.Words ?? (outcome.StatusCode == StatusCodes.Status404NotFound
                    ? $"The backend has no pipeline '{id}'."
                    : $"The backend has refused to {action} '{id}', and does not say why."),
                statusCode: outcome.StatusCode),
            ActionResult.TimedOut => Problems.BackendTimedOut($"The backend has not said in time whether it will {action} '{id}'. Its status will tell."),
            _ => Problems.BackendFailed($"The backend could not be asked to {action} '{id}': {outcome.Words}."),
        };
    }
}

/// <summary>An action that the backend has taken. What becomes of it the statuses tell.</summary>
/// <param name="PipelineId">The pipeline.</param>
/// <param name="Action">The action.</param>
internal sealed record AcceptedAction(string PipelineId, string Action);

/// <summary>The actions that may be asked for.</summary>
/// <param name="Actions">Their names.</param>
internal sealed record OfferedActions(IReadOnlyList<string> Actions);
