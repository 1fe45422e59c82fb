namespace PipelineAspire.StatusStream.Backplane.Redis;

internal static partial class RedisLog
{
    [LoggerMessage(41, LogLevel.Warning, "Redis cannot be reached: {Reason}")]
    public static partial void OutOfReach(this ILogger logger, string reason);

    [LoggerMessage(42, LogLevel.Warning, "Redis has been out of reach for too long: this replica polls for its own clients until it is back")]
    public static partial void IsolationBegan(this ILogger logger);

    [LoggerMessage(43, LogLevel.Information, "Redis is back: this replica shares the poll loop again")]
    public static partial void IsolationEnded(this ILogger logger);

    [LoggerMessage(44, LogLevel.Warning, "A late write of epoch {Epoch:x16} was rejected: polling is another replica's")]
    public static partial void FencingRejected(this ILogger logger, ulong epoch);

    [LoggerMessage(45, LogLevel.Debug, "The shared statuses could not be re-read: {Reason}")]
    public static partial void ResyncFailed(this ILogger logger, string reason);

    [LoggerMessage(46, LogLevel.Warning, "A message on {Channel} could not be read and is passed over: {Reason}")]
    public static partial void BadMessage(this ILogger logger, string channel, string reason);
}
