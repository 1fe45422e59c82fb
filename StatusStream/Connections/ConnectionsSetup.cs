using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Connections;

internal static class ConnectionsSetup
{
    /// <summary>Adds the limits of connections, after the sockets that they are set to.</summary>
    public static void AddConnectionLimits(this IServiceCollection services)
    {
        services.AddOptions<ConnectionOptions>();
        services.AddSingleton(_ => OpenFiles.OfThisProcess());
        services.AddSingleton(provider =>
        {
            var (files, options) = (provider.GetRequiredService<OpenFiles>(), provider.GetRequiredService<IOptions<ConnectionOptions>>().Value);
            var inUse = files.InUse;
            var limits = ConnectionLimits.Of(options, files.Limit, inUse);
            if (limits.Streams < options.MaxStreams)
            {
                provider.GetRequiredService<ILoggerFactory>().CreateLogger<ConnectionLimits>()
                    .StreamsLimitedByOpenFiles(files.Limit!.Value, inUse, limits.Streams, limits.Connections, options.MaxStreams);
            }

            return limits;
        });
        services.AddSingleton(provider =>
        {
            var files = provider.GetRequiredService<OpenFiles>();
            return ActivatorUtilities.CreateInstance<ConnectionSlots>(provider, () => files.AreShort);
        });
        services.AddSingleton<IConnectionListenerFactory, LimitedListenerFactory>();
        services.AddSingleton<IStartupFilter, BusyConnections>();
    }
}
