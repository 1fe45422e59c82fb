namespace PipelineAspire.Web.Pipelines;

internal static partial class PipelinesLog
{
    [LoggerMessage(1, LogLevel.Warning, "A page was rendered without statuses: the status service could not be read")]
    public static partial void StatusServiceUnavailable(this ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "A page was rendered without the statuses of {Unread} of {Count} pipelines: they could not be read in time")]
    public static partial void StatusesUnread(this ILogger logger, int unread, int count);

    [LoggerMessage(3, LogLevel.Debug, "The statuses of {Count} pipelines could not be read")]
    public static partial void PartUnread(this ILogger logger, int count, Exception exception);

    [LoggerMessage(4, LogLevel.Error, "Which pipelines somebody may see is not known, so nothing is shown: the authorizer has failed")]
    public static partial void RightsUnknown(this ILogger logger, Exception exception);
}
