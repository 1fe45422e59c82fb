using StackExchange.Redis;

namespace PipelineAspire.LocalRedis.Tests;

/// <summary>What the services need of a Redis, by the client that they use. Each test has keys of its own.</summary>
public sealed class AnswerTests(LocalRedisProcess redis) : IClassFixture<LocalRedisProcess>, IAsyncLifetime
{
    private ConnectionMultiplexer _client = null!;

    private IDatabase Database => _client.GetDatabase();

    public async Task InitializeAsync() => _client = await redis.ConnectAsync();

    public async Task DisposeAsync() => await _client.DisposeAsync();

    [Theory]
    [InlineData("a guess")]
    [InlineData("")]
    [InlineData(null)]
    public async Task WithoutThePasswordNothingIsAnswered(string? password)
    {
        await Assert.ThrowsAsync<RedisConnectionException>(() => redis.ConnectAsync(password));
    }

    [Fact]
    public async Task ALeaseIsTakenOnceAndRunsOut()
    {
        var time = TimeSpan.FromMilliseconds(300);
        Assert.True(await Database.StringSetAsync("lease", "mine", time, When.NotExists).WaitAsync(Bounded.Patience));
        Assert.False(await Database.StringSetAsync("lease", "yours", time, When.NotExists).WaitAsync(Bounded.Patience));
        Assert.InRange((await Database.KeyTimeToLiveAsync("lease").WaitAsync(Bounded.Patience))!.Value, TimeSpan.Zero, time);

        await Bounded.UntilAsync("the lease has run out", () => Database.StringSetAsync("lease", "yours", time, When.NotExists));
    }

    [Fact]
    public async Task AScriptReadsTheTimeWritesAndPublishes()
    {
        const string script = """
            local time = redis.call('TIME')
            redis.call('HSET', KEYS[1], 'orders', ARGV[1])
            redis.call('ZADD', KEYS[2], time[1], 'orders')
            redis.call('PUBLISH', KEYS[3], ARGV[1])
            return { time[1], redis.call('HGET', KEYS[1], 'orders'), redis.call('ZSCORE', KEYS[2], 'orders') }
            """;
        var queue = await _client.GetSubscriber().SubscribeAsync(RedisChannel.Literal("{p}changes")).WaitAsync(Bounded.Patience);

        var result = (RedisResult[])(await Database
            .ScriptEvaluateAsync(script, ["{p}statuses", "{p}interest", "{p}changes"], ["paused"]).WaitAsync(Bounded.Patience))!;

        Assert.Equal("paused", (string?)result[1]);
        Assert.Equal((string?)result[0], (string?)result[2]);
        using var limit = new CancellationTokenSource(Bounded.Patience, TimeProvider.System);
        Assert.Equal("paused", (string?)(await queue.ReadAsync(limit.Token)).Message);
    }

    [Fact]
    public async Task ScriptsRunOneAfterTheOther()
    {
        const string increment = "local n = redis.call('GET', KEYS[1]); redis.call('SET', KEYS[1], tonumber(n or '0') + 1)";
        const int clients = 8;
        const int each = 200;
        var connected = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => redis.ConnectAsync()));

        await Task.WhenAll(connected.Select(async client =>
        {
            for (var time = 0; time < each; time++) await client.GetDatabase().ScriptEvaluateAsync(increment, ["counter"]);
        })).WaitAsync(Bounded.Patience);

        Assert.Equal(clients * each, (int)await Database.StringGetAsync("counter").WaitAsync(Bounded.Patience));
        foreach (var client in connected) await client.DisposeAsync();
    }
}
