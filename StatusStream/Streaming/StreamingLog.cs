using System.Net;

namespace PipelineAspire.StatusStream.Streaming;

internal static partial class StreamingLog
{
    [LoggerMessage(21, LogLevel.Information, "Client {Client} read nothing for {Timeout}: its stream of {Pipelines} pipelines is cut off")]
    public static partial void ClientCutOff(this ILogger logger, IPEndPoint? client, TimeSpan timeout, int pipelines);

    [LoggerMessage(22, LogLevel.Error, "A stream could not take its heartbeat")]
    public static partial void HeartbeatFailed(this ILogger logger, Exception exception);
}
