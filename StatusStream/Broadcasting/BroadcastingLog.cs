namespace PipelineAspire.StatusStream.Broadcasting;

internal static partial class BroadcastingLog
{
    [LoggerMessage(51, LogLevel.Error, "{Pipelines} watched pipelines have not been confirmed by a read for too long: their streams are told so")]
    public static partial void StallBegan(this ILogger logger, int pipelines);

    [LoggerMessage(52, LogLevel.Information, "All watched pipelines are confirmed again")]
    public static partial void StallEnded(this ILogger logger);
}
