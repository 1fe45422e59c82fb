namespace PipelineAspire.StatusStream.Access;

internal static partial class AccessLog
{
    [LoggerMessage(
        85, LogLevel.Warning,
        "Limit {Setting} has refused {Count} requests since this was last said; the latest client is {Client}. If that is a proxy, name it in " +
        "ForwardedHeaders:KnownProxies, so that clients behind it count one by one")]
    public static partial void Refused(this ILogger logger, string setting, int count, ClientKey client);

    [LoggerMessage(86, LogLevel.Information, "{Client} may not see {Count} of the pipelines asked for, {PipelineId} among them")]
    public static partial void PipelinesHidden(this ILogger logger, ClientKey client, int count, string pipelineId);

    [LoggerMessage(87, LogLevel.Error, "Which pipelines {Client} may see is not known, so nothing is shown: the authorizer has failed")]
    public static partial void RightsUnknown(this ILogger logger, ClientKey client, Exception cause);

    [LoggerMessage(88, LogLevel.Warning, "Asking anew for the rights of {Count} open streams has taken {Elapsed}, so that one withdrawn lives longer than it may")]
    public static partial void RightsLate(this ILogger logger, int count, TimeSpan elapsed);
}
