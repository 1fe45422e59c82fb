namespace PipelineAspire.FakePipelineBackend.Pipelines;

internal static partial class PipelineLog
{
    [LoggerMessage(1, LogLevel.Debug, "Pipeline {Id} created, {Status}")]
    public static partial void PipelineCreated(this ILogger logger, string id, string? status);

    [LoggerMessage(2, LogLevel.Debug, "Pipeline {Id}: {Before} -> {Status}")]
    public static partial void StatusChanged(this ILogger logger, string id, string? before, string? status);

    [LoggerMessage(3, LogLevel.Debug, "Pipeline {Id} deleted")]
    public static partial void PipelineDeleted(this ILogger logger, string id);
}
