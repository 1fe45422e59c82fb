using PipelineAspire.StatusStream.Access;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.StatusStream.Requests;

internal static partial class RequestsLog
{
    [LoggerMessage(91, LogLevel.Information, "Action {Action} of pipeline {PipelineId} asked for by {Client}: {Result}, the backend answered {StatusCode}")]
    public static partial void ActionPassed(this ILogger logger, string pipelineId, string action, ClientKey client, ActionResult result, int? statusCode);
}
