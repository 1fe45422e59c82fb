namespace PipelineAspire.StatusStream.Connections;

internal static partial class ConnectionsLog
{
    [LoggerMessage(
        71, LogLevel.Warning,
        "Open files are limited to {Limit}, {InUse} are in use: at most {Streams} streams and {Connections} " +
        "connections in all, in place of {MaxStreams} streams. Raise the limit (ulimit -n) for more")]
    public static partial void StreamsLimitedByOpenFiles(this ILogger logger, int limit, int inUse, int streams, int connections, int maxStreams);

    [LoggerMessage(
        72, LogLevel.Warning, "There is no room for more connections: {Connections} are open, {Busy} of them busy. Idle ones are closed, new ones wait")]
    public static partial void AllPlacesTaken(this ILogger logger, int connections, int busy);
}
