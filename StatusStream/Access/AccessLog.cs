namespace PipelineAspire.StatusStream.Access;

internal static partial class AccessLog
{
    [LoggerMessage(
        81, LogLevel.Warning,
        "Limit {Setting} has refused {Count} requests since this was last said; the latest client is {Client}. If that is a proxy, name it in " +
        "ForwardedHeaders:KnownProxies, so that clients behind it count one by one")]
    public static partial void Refused(this ILogger logger, string setting, int count, ClientKey client);
}
