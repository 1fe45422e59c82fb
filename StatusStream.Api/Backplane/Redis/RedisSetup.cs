using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PipelineAspire.StatusStream.Polling;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Backplane.Redis;

public static class RedisSetup
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
        services.AddOptions<RedisBackplaneOptions>().BindConfiguration(RedisBackplaneOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IConnectionMultiplexer>(provider =>
        {
            connection.LoggerFactory = null; // its own log is for debugging the client; what matters is logged here
            connection.ClientName = provider.GetRequiredService<ReplicaName>().Text;
            return ConnectionMultiplexer.Connect(connection);
        });
        services.AddSingleton(provider => new RedisKeys(provider.GetRequiredService<IOptions<RedisBackplaneOptions>>().Value.RedisKeyPrefix));
        services.AddSingleton<RedisSharedState>();
        services.AddSingleton<ISharedState>(provider => provider.GetRequiredService<RedisSharedState>());
        services.AddSharedLoop();
        services.AddHostedService<RedisListener>();
        services.AddHostedService<SharedWorker>();
        return services;
    }

    /// <summary>Adds the protocol of the replicas over an <see cref="ISharedState"/>.</summary>
    internal static void AddSharedLoop(this IServiceCollection services)
    {
        services.AddSingleton<ReplicaName>();
        services.AddSingleton<UpdateFeed>();
        services.AddSingleton<InterestKeeper>();
        services.Replace(ServiceDescriptor.Singleton<IPollLease, SharedPollLease>());
        services.Replace(ServiceDescriptor.Singleton<IStatusBackplane, SharedBackplane>());
    }

    private static ConfigurationOptions Parse(string connectionString)
    {
        try
        {
            var connection = ConfigurationOptions.Parse(connectionString);
            if (connection.EndPoints.Count == 0) throw new FormatException("it names no server");
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
            throw new OptionsValidationException("ConnectionStrings:redis", typeof(ConfigurationOptions), [$"ConnectionStrings:redis makes no sense: {e.Message}"]);
        }
    }
}
