using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Backplane.Sharing;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Backplane.Redis;

internal static class RedisSetup
{
    /// <summary>True when there is a connection string of that name.</summary>
    /// <exception cref="OptionsValidationException">It makes no sense.</exception>
    public static bool HasRedis(this IConfiguration configuration, string connectionName) =>
        RedisConnection.Find(configuration, connectionName) is not null;

    /// <summary>Shares one poll loop with the other replicas over a Redis, whose connection string is looked for when the host starts.</summary>
    public static IServiceCollection AddRedisBackplane(this IServiceCollection services, string connectionName = RedisBackplaneOptions.ConnectionName)
    {
        services.AddOptions<RedisBackplaneOptions>().BindConfiguration(RedisBackplaneOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => RedisConnection.Get(provider.GetRequiredService<IConfiguration>(), connectionName));
        services.AddSingleton<IConnectionMultiplexer>(provider =>
        {
            var options = provider.GetRequiredService<RedisConnection>().Options;
            options.ClientName = provider.GetRequiredService<ReplicaName>().Text;
            return ConnectionMultiplexer.Connect(options);
        });
        services.AddSingleton(provider =>
        {
            var connection = provider.GetRequiredService<RedisConnection>();
            return new RedisKeys(
                provider.GetRequiredService<IOptions<RedisBackplaneOptions>>().Value.RedisKeyPrefix, connection.Space, connection.Options.DefaultDatabase ?? 0);
        });
        services.AddSingleton<RedisSubscriptions>();
        services.AddSingleton<RedisCalls>();
        services.AddSingleton<RedisSharedState>();
        services.Replace(ServiceDescriptor.Singleton<ISharedList, RedisSharedList>());
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
}
