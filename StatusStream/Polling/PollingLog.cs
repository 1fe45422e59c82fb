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

    [LoggerMessage(9, LogLevel.Error, "The backend answers nothing (pipelines that fail: {Failing}): one read in a hundred goes on until one succeeds")]
    public static partial void BackendDown(this ILogger logger, int failing);

    [LoggerMessage(10, LogLevel.Information, "The backend answers again: everything is read within one interval")]
    public static partial void BackendUp(this ILogger logger);

    [LoggerMessage(11, LogLevel.Warning, "Requests to the backend would exceed StatusStream:MaxReadsPerSecond: all intervals are stretched by {Stretch:0.##}")]
    public static partial void Stretched(this ILogger logger, double stretch);

    [LoggerMessage(12, LogLevel.Information, "Requests to the backend fit StatusStream:MaxReadsPerSecond again")]
    public static partial void Unstretched(this ILogger logger);

    [LoggerMessage(13, LogLevel.Warning, "Pipeline {PipelineId} is not read: {Watched} are watched, as many as StatusStream:MaxWatchedPipelines allows")]
    public static partial void BeyondWatched(this ILogger logger, string pipelineId, int watched);

    [LoggerMessage(6, LogLevel.Warning, "The backend said status '{Value}', which no table knows: shown as unknown (set PipelineBackend:StatusMap)")]
    public static partial void UnknownBackendStatus(this ILogger logger, string value);

    [LoggerMessage(15, LogLevel.Warning, "An answer of the backend has no value at '{Path}': shown as unknown (set {Setting} to where the status is)")]
    public static partial void NoBackendStatus(this ILogger logger, string path, string setting);

    [LoggerMessage(14, LogLevel.Warning, "The field '{Name}' (PipelineBackend:Fields) is left out of an answer: {Reason}")]
    public static partial void FieldLeftOut(this ILogger logger, string name, string reason);

    [LoggerMessage(7, LogLevel.Debug, "Pipeline {PipelineId}: {Before} -> {After}")]
    public static partial void StatusChanged(this ILogger logger, string pipelineId, string before, string after);
}
