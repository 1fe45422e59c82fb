namespace PipelineAspire.StatusStream.Streaming.Watching;

internal static partial class WatchingLog
{
    [LoggerMessage(23, LogLevel.Error, "What a stream watches could not be changed: it is broken off, so that its client comes back")]
    public static partial void ChangeFailed(this ILogger logger, Exception exception);
}
