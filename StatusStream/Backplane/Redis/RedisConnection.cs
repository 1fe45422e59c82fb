using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>How to connect, as the connection string says it.</summary>
/// <param name="Options">For the client.</param>
/// <param name="Space">
/// What the connection string wants all channels to begin with. The client would put it before the channels of its own commands, but not
/// before those that scripts publish to; so the names have it, and the client does not know.
/// </param>
internal sealed record RedisConnection(ConfigurationOptions Options, string Space)
{
    /// <summary>The connection of that name, or null when there is no connection string.</summary>
    /// <exception cref="OptionsValidationException">It makes no sense.</exception>
    public static RedisConnection? Find(IConfiguration configuration, string name)
    {
        if (configuration.GetConnectionString(name) is not { Length: > 0 } connectionString) return null;
        var options = Parse(connectionString, name);
        var space = (string?)options.ChannelPrefix ?? "";
        options.ChannelPrefix = default;
        return new RedisConnection(options, space);
    }

    /// <summary>The connection of that name.</summary>
    /// <exception cref="OptionsValidationException">There is no connection string, or it makes no sense.</exception>
    public static RedisConnection Get(IConfiguration configuration, string name) =>
        Find(configuration, name) ?? throw Invalid(name, "is missing: replicas share a Redis.");

    private static ConfigurationOptions Parse(string connectionString, string name)
    {
        try
        {
            var options = RedisConnectionString.Parse(connectionString);
            options.AbortOnConnectFail = false; // start, and serve, while Redis is down
            options.BacklogPolicy = BacklogPolicy.FailFast; // a call during an outage fails at once instead of being sent late
            options.ReconnectRetryPolicy = new LinearRetry(500);
            options.ConnectTimeout = 2000;
            options.AsyncTimeout = (int)RedisCalls.CallTimeout.TotalMilliseconds;
            options.SyncTimeout = options.AsyncTimeout;
            options.KeepAlive = 5;
            options.LoggerFactory = null; // its own log is for debugging the client; what matters is logged here
            return options;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw Invalid(name, $"makes no sense: {(e is FormatException ? e.Message : "it cannot be read")}");
        }
    }

    private static OptionsValidationException Invalid(string name, string why) =>
        new($"ConnectionStrings:{name}", typeof(ConfigurationOptions), [$"ConnectionStrings:{name} {why}"]);
}
