namespace PipelineAspire.Web.Pipelines;

internal static partial class PipelinesLog
{
    [LoggerMessage(1, LogLevel.Warning, "A page was rendered without statuses: the status service could not be read")]
    public static partial void StatusServiceUnavailable(this ILogger logger, Exception exception);
}
