using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Backplane.Sharing;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Backplane.Redis;

internal static class RedisSetup
{
    /// <summary>
    /// Shares one poll loop with the other replicas, when there is a connection string <c>redis</c>; else the replica
    /// works alone.
    /// </summary>
    /// <exception cref="OptionsValidationException">The connection string makes no sense.</exception>
    public static IServiceCollection AddRedisBackplane(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration.GetConnectionString(RedisBackplaneOptions.ConnectionName) is not { Length: > 0 } connectionString) return services;
        var connection = Parse(connectionString);
        var space = TakeSpace(connection);
        services.AddOptions<RedisBackplaneOptions>().BindConfiguration(RedisBackplaneOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IConnectionMultiplexer>(provider =>
        {
            connection.LoggerFactory = null; // its own log is for debugging the client; what matters is logged here
            connection.ClientName = provider.GetRequiredService<ReplicaName>().Text;
            return ConnectionMultiplexer.Connect(connection);
        });
        services.AddSingleton(provider => new RedisKeys(
            provider.GetRequiredService<IOptions<RedisBackplaneOptions>>().Value.RedisKeyPrefix, space, connection.DefaultDatabase ?? 0));
        services.AddSingleton<RedisSubscriptions>();
        services.AddSingleton<RedisSharedState>();
        services.Replace(ServiceDescriptor.Singleton<IReplicaMessenger, RedisReplicaMessenger>());
        services.AddSingleton<ISharedState>(provider => provider.GetRequiredService<RedisSharedState>());
        services.AddHostedService(static provider =>
        {
            // Whoever hears a channel has to have said so by the time that it is listened to.
            _ = (provider.GetRequiredService<ISharedState>(), provider.GetRequiredService<IReplicaMessenger>());
            return ActivatorUtilities.CreateInstance<RedisListener>(provider);
        });
        return services.AddSharing();
    }

    /// <summary>
    /// What the connection string wants all channels to begin with. The client would put it before the channels of its
    /// own commands, but not before those that scripts publish to; so the names have it, and the client does not know.
    /// </summary>
    private static string TakeSpace(ConfigurationOptions connection)
    {
        var space = (string?)connection.ChannelPrefix ?? "";
        connection.ChannelPrefix = default;
        return space;
    }

    private static ConfigurationOptions Parse(string connectionString)
    {
        try
        {
            var connection = RedisConnectionString.Parse(connectionString);
            connection.AbortOnConnectFail = false; // start, and serve, while Redis is down
            connection.BacklogPolicy = BacklogPolicy.FailFast; // a call during an outage fails at once instead of being sent late
            connection.ReconnectRetryPolicy = new LinearRetry(500);
            connection.ConnectTimeout = 2000;
            connection.AsyncTimeout = (int)RedisSharedState.CallTimeout.TotalMilliseconds;
            connection.SyncTimeout = connection.AsyncTimeout;
            connection.KeepAlive = 5;
            return connection;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new OptionsValidationException(
                "ConnectionStrings:redis",
                typeof(ConfigurationOptions),
                [$"ConnectionStrings:redis makes no sense: {(e is FormatException ? e.Message : "it cannot be read")}"]);
        }
    }
}
