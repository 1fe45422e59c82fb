namespace PipelineAspire.StatusStream.Backplane.Redis;

internal static partial class RedisLog
{
    [LoggerMessage(47, LogLevel.Warning, "The shared record of pipeline '{PipelineId}' cannot be read: it is taken out, and stored anew by whoever polls")]
    public static partial void BadRecord(this ILogger logger, string pipelineId);

    [LoggerMessage(
        54, LogLevel.Warning,
        "Not subscribed to {Channels}, although Redis is there (it may refuse that to this " +
        "user): what is published is found by re-reading until it is heard again")]
    public static partial void Unheard(this ILogger logger, string channels);

    [LoggerMessage(65, LogLevel.Warning, "The list of pipelines is not shared, this replica reads it by itself: {Reason}")]
    public static partial void ListNotShared(this ILogger logger, string reason);

    [LoggerMessage(55, LogLevel.Information, "Subscribed to all channels again")]
    public static partial void HeardAgain(this ILogger logger);

    [LoggerMessage(56, LogLevel.Error, "A message on {Channel} could not be taken")]
    public static partial void MessageFailed(this ILogger logger, Exception exception, string channel);

    [LoggerMessage(46, LogLevel.Warning, "A message on {Channel} could not be read and is passed over: {Reason}")]
    public static partial void BadMessage(this ILogger logger, string channel, string reason);
}
