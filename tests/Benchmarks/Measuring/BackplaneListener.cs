using System.Text;
using PipelineAspire.Benchmarks.Load;
using StackExchange.Redis;

namespace PipelineAspire.Benchmarks.Measuring;

/// <summary>Hears on the replicas' Redis channel when a change is told to them.</summary>
internal sealed class BackplaneListener : IAsyncDisposable
{
    private const string Channel = "{statusstream}:v3:changes"; // docs/operating.md
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly ConnectionMultiplexer _redis;
    private byte[] _awaited = [];
    private TaskCompletionSource<DateTimeOffset> _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BackplaneListener(ConnectionMultiplexer redis) => _redis = redis;

    /// <summary>Starts listening.</summary>
    public static async Task<BackplaneListener> StartAsync(string redis)
    {
        var listener = new BackplaneListener(await ConnectionMultiplexer.ConnectAsync(redis));
        await listener._redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal(Channel), (_, message) => listener.Hear(message));
        return listener;
    }

    /// <summary>Listens for the next change of the pipeline; to be called before it changes.</summary>
    public void Expect(int pipeline)
    {
        Volatile.Write(ref _awaited, Encoding.ASCII.GetBytes($"\"id\":\"{FleetPlan.Name(pipeline)}\""));
        Volatile.Write(ref _heard, new TaskCompletionSource<DateTimeOffset>(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    /// <summary>When the expected change was told, UTC.</summary>
    /// <exception cref="BenchmarkException">It was not told in time.</exception>
    public async Task<DateTimeOffset> HeardAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Volatile.Read(ref _heard).Task.WaitAsync(Longest, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new BenchmarkException($"A change was not heard on the replicas' Redis channel within {Longest.TotalSeconds} s.", e);
        }
    }

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    private void Hear(RedisValue message)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (((ReadOnlyMemory<byte>)message).Span.IndexOf(Volatile.Read(ref _awaited)) >= 0) Volatile.Read(ref _heard).TrySetResult(now);
    }
}
