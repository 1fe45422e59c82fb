using PipelineAspire.StatusStream.Backplane.Sharing;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Backplane.Redis;

/// <summary>Calls of Redis, each bounded in time and, when it fails, a <see cref="SharedStateException"/>.</summary>
internal sealed class RedisCalls(IConnectionMultiplexer redis, TimeProvider timeProvider)
{
    /// <summary>How long one call may take.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LookForLeaderEvery = TimeSpan.FromSeconds(5);

    private readonly IDatabase _database = redis.GetDatabase();
    private long? _lookedForLeaderAt;

    /// <summary>Runs a script.</summary>
    /// <exception cref="SharedStateException">It failed; whether it ran is unknown.</exception>
    public async Task<RedisResult> EvaluateAsync(string script, RedisKey[] scriptKeys, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(() => _database.ScriptEvaluateAsync(script, scriptKeys, arguments), cancellationToken);
        }
        catch (SharedStateException e) when (
            e.InnerException is RedisServerException { Message: var message } && message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // The server forgot its scripts (a restart, SCRIPT FLUSH); the client has noticed by now and sends this one again.
            return await CallAsync(() => _database.ScriptEvaluateAsync(script, scriptKeys, arguments), cancellationToken);
        }
    }

    /// <summary>Makes a call.</summary>
    /// <exception cref="SharedStateException">It failed; whether it took place is unknown.</exception>
    public async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().WaitAsync(CallTimeout, timeProvider, cancellationToken);
        }
        catch (Exception e) when (e is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException or InvalidCastException)
        {
            if (e is RedisServerException && e.Message.StartsWith("READONLY", StringComparison.Ordinal)) LookForLeader();
            throw new SharedStateException((e.InnerException as RedisCommandException ?? e).Message, e);
        }
    }

    /// <summary>The server follows another one now. The client would find out which by itself only when it loses the connection.</summary>
    private void LookForLeader()
    {
        if (_lookedForLeaderAt is { } at && timeProvider.GetElapsedTime(at) < LookForLeaderEvery) return;
        _lookedForLeaderAt = timeProvider.GetTimestamp();
        _ = redis.ConfigureAsync();
    }
}
