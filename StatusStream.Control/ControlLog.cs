namespace PipelineAspire.StatusStream.Control;

internal static partial class ControlLog
{
    [LoggerMessage(
        101, LogLevel.Warning,
        "Control:Enabled is true, and /control is closed all the same: outside Development it needs Control:Key, the bearer token of those who may use it")]
    public static partial void ControlClosed(this ILogger logger);
}
