namespace PipelineAspire.StatusStream.Polling;

internal static partial class PollingLog
{
    [LoggerMessage(1, LogLevel.Information, "Polling is this replica's, epoch {Epoch:x16}")]
    public static partial void TermBegan(this ILogger logger, ulong epoch);

    [LoggerMessage(2, LogLevel.Information, "Polling is no longer this replica's, epoch {Epoch:x16}")]
    public static partial void TermEnded(this ILogger logger, ulong epoch);

    [LoggerMessage(8, LogLevel.Error, "Polling for all is not possible: {Reason}")]
    public static partial void TermGivenUp(this ILogger logger, string reason);

    [LoggerMessage(4, LogLevel.Warning, "Pipeline {PipelineId} cannot be read: {Reason}")]
    public static partial void EpisodeBegan(this ILogger logger, string pipelineId, string? reason);

    [LoggerMessage(5, LogLevel.Information, "Pipeline {PipelineId} can be read again")]
    public static partial void EpisodeEnded(this ILogger logger, string pipelineId);

    [LoggerMessage(6, LogLevel.Warning, "The backend said status '{Value}', which no table knows: shown as unknown (set PipelineBackend:StatusMap)")]
    public static partial void UnknownBackendStatus(this ILogger logger, string value);

    [LoggerMessage(7, LogLevel.Debug, "Pipeline {PipelineId}: {Before} -> {After}")]
    public static partial void StatusChanged(this ILogger logger, string pipelineId, string before, string after);
}
