namespace PipelineAspire.FakePipelineBackend.Faults;

internal static partial class FaultLog
{
    [LoggerMessage(11, LogLevel.Information, "Fault for {Pipeline}: {Fault}")]
    public static partial void FaultSet(this ILogger logger, string pipeline, Fault fault);

    [LoggerMessage(12, LogLevel.Information, "Fault for {Pipeline} cleared")]
    public static partial void FaultCleared(this ILogger logger, string pipeline);
}
