namespace PipelineAspire.StatusStream.Backplane.Sharing;

internal static partial class SharingLog
{
    [LoggerMessage(41, LogLevel.Warning, "Redis cannot be reached: {Reason}")]
    public static partial void OutOfReach(this ILogger logger, string reason);

    [LoggerMessage(43, LogLevel.Information, "The shared loop can be relied on again: this replica takes part in it")]
    public static partial void IsolationEnded(this ILogger logger);

    [LoggerMessage(44, LogLevel.Warning, "A late write of epoch {Epoch:x16} was rejected: polling is another replica's")]
    public static partial void FencingRejected(this ILogger logger, ulong epoch);

    [LoggerMessage(45, LogLevel.Debug, "The shared statuses could not be re-read: {Reason}")]
    public static partial void ResyncFailed(this ILogger logger, string reason);

    [LoggerMessage(48, LogLevel.Error, "The shared loop makes no progress ({Reason}): this replica polls for its own clients until it does")]
    public static partial void NoProgress(this ILogger logger, string reason);

    [LoggerMessage(49, LogLevel.Warning, "This replica polls for all, but nothing that it publishes arrives: the lease is given back")]
    public static partial void LeaseGivenBack(this ILogger logger);

    [LoggerMessage(53, LogLevel.Error, "The task that keeps the lease, or looks for the end of isolation, failed: the term is over")]
    public static partial void LeaseTaskFailed(this ILogger logger, Exception exception);

    [LoggerMessage(50, LogLevel.Warning, "Every read of this replica fails: it steps aside for {Pause}, so that another one tries")]
    public static partial void SteppedAside(this ILogger logger, TimeSpan pause);
}
