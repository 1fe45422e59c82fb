namespace PipelineAspire.StatusStream.Streaming;

internal static partial class StreamingLog
{
    [LoggerMessage(21, LogLevel.Information, "A client read nothing for {Timeout}: its stream is cut off")]
    public static partial void ClientCutOff(this ILogger logger, TimeSpan timeout);

    [LoggerMessage(22, LogLevel.Error, "A stream could not take its heartbeat")]
    public static partial void HeartbeatFailed(this ILogger logger, Exception exception);
}
