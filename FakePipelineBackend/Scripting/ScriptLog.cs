namespace PipelineAspire.FakePipelineBackend.Scripting;

internal static partial class ScriptLog
{
    [LoggerMessage(21, LogLevel.Information, "Script of {Steps} steps started (repeat: {Repeat})")]
    public static partial void ScriptStarted(this ILogger logger, int steps, bool repeat);

    [LoggerMessage(22, LogLevel.Information, "Script ended")]
    public static partial void ScriptEnded(this ILogger logger);

    [LoggerMessage(23, LogLevel.Information, "Script is through")]
    public static partial void ScriptFinished(this ILogger logger);
}
