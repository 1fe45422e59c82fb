namespace PipelineAspire.StatusStream.Streaming;

internal static partial class StreamingLog
{
    [LoggerMessage(21, LogLevel.Information, "A client read nothing for {Timeout}: its stream is cut off")]
    public static partial void ClientCutOff(this ILogger logger, TimeSpan timeout);
}
