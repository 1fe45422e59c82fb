namespace PipelineAspire.StatusStream.Backplane.Upstream;

internal static partial class UpstreamLog
{
    [LoggerMessage(81, LogLevel.Warning, "The hub upstream is lost: {Reason}. What it told stays confirmed for as long as it said")]
    public static partial void UpstreamLost(this ILogger logger, string reason);

    [LoggerMessage(82, LogLevel.Information, "The hub upstream tells statuses")]
    public static partial void UpstreamConnected(this ILogger logger);

    [LoggerMessage(83, LogLevel.Warning, "The configuration that was read anew is ignored, and the token before is shown upstream: {Reason}")]
    public static partial void UpstreamTokenIgnored(this ILogger logger, string reason);
}
