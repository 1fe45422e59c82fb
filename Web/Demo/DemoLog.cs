namespace PipelineAspire.Web.Demo;

internal static partial class DemoLog
{
    [LoggerMessage(11, LogLevel.Warning, "The proof came to no good end")]
    public static partial void ProofFailed(this ILogger logger, Exception exception);
}
