using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using PipelineAspire.LocalHosting.Planning;
using PipelineAspire.LocalHosting.Running;
using StackExchange.Redis;

namespace PipelineAspire.LocalHosting.Tests;

/// <summary>LocalRedis as the services meet it: what they need of a Redis, by the client they use.</summary>
public sealed class LocalRedisTests : IAsyncLifetime
{
    private readonly DistributedApplicationBuilder _builder = new([], typeof(LocalRedisTests).Assembly);
    private readonly Planner _planner = new(BuildOutput.Like(typeof(LocalRedisTests).Assembly), launchProfile: null);
    private RedisResource _redis = null!;
    private Replica _replica = null!;
    private ConnectionMultiplexer _client = null!;

    private IDatabase Database => _client.GetDatabase();

    public async Task InitializeAsync()
    {
        _redis = _builder.AddRedis("redis").Resource;
        _replica = new Replica(Assert.Single(_planner.Plan([_redis])), TimeProvider.System);
        Assert.True(await _replica.StartAsync().WaitAsync(RunningHost.Patience), string.Join('\n', _replica.Log.Last(20)));
        _client = await ConnectionMultiplexer.ConnectAsync(_redis.Address!.ConnectionString).WaitAsync(RunningHost.Patience);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        _replica.Stop();
        await _replica.Exited.WaitAsync(RunningHost.Patience);
        _planner.Dispose();
        Assert.Equal(0, _replica.State.ExitCode);
    }

    [Fact]
    public async Task WithoutThePasswordNothingIsAnswered()
    {
        var address = _redis.Address!;

        Assert.Null(await RedisProbe.For(address)(CancellationToken.None).WaitAsync(RunningHost.Patience));
        Assert.NotNull(await RedisProbe.For(address with { Password = "guess" })(CancellationToken.None).WaitAsync(RunningHost.Patience));
    }

    [Fact]
    public async Task ALeaseIsTakenOnceAndRunsOut()
    {
        Assert.True(await Database.StringSetAsync("lease", "mine", TimeSpan.FromMinutes(1), When.NotExists).WaitAsync(RunningHost.Patience));
        Assert.False(await Database.StringSetAsync("lease", "yours", TimeSpan.FromMinutes(1), When.NotExists).WaitAsync(RunningHost.Patience));

        var left = await Database.KeyTimeToLiveAsync("lease").WaitAsync(RunningHost.Patience);
        Assert.InRange(left!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
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
        var queue = await _client.GetSubscriber().SubscribeAsync(RedisChannel.Literal("{p}changes")).WaitAsync(RunningHost.Patience);

        var result = (RedisResult[])(await Database
            .ScriptEvaluateAsync(script, ["{p}statuses", "{p}interest", "{p}changes"], ["paused"]).WaitAsync(RunningHost.Patience))!;

        Assert.Equal("paused", (string?)result[1]);
        Assert.Equal((string?)result[0], (string?)result[2]);
        using var limit = new CancellationTokenSource(RunningHost.Patience, TimeProvider.System);
        Assert.Equal("paused", (string?)(await queue.ReadAsync(limit.Token)).Message);
    }

    [Fact]
    public async Task ScriptsRunOneAfterTheOther()
    {
        const string increment = "local n = redis.call('GET', KEYS[1]); redis.call('SET', KEYS[1], tonumber(n or '0') + 1)";
        const int each = 200;
        var clients = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(_ => ConnectionMultiplexer.ConnectAsync(_redis.Address!.ConnectionString))).WaitAsync(RunningHost.Patience);

        await Task.WhenAll(clients.Select(async client =>
        {
            for (var time = 0; time < each; time++) await client.GetDatabase().ScriptEvaluateAsync(increment, ["counter"]);
        })).WaitAsync(RunningHost.Patience);

        Assert.Equal(8 * each, (int)await Database.StringGetAsync("counter").WaitAsync(RunningHost.Patience));
        foreach (var client in clients) await client.DisposeAsync();
    }
}
