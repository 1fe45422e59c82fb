using System.Globalization;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Sharing;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

/// <summary>What a connection string may say besides host and port, and all that is shared goes on working.</summary>
public sealed class ConnectionStringTests(Running<RedisServer> running) : IClassFixture<Running<RedisServer>>
{
    [Theory]
    [InlineData("channelPrefix=myapp:")]
    [InlineData("defaultDatabase=3")]
    [InlineData("channelPrefix=myapp:,defaultDatabase=3,protocol=resp3")]
    [InlineData("protocol=resp2")]
    [InlineData("protocol=resp3")]
    [InlineData("allowAdmin=true")]
    [InlineData("tiebreaker=")]
    [InlineData("configChannel=")]
    [InlineData("name=two words")]
    [InlineData("$SCRIPT=")]
    [InlineData("$CONFIG=,$INFO=,$CLUSTER=,$CLIENT=,$PING=,$ECHO=")]
    [InlineData("$SELECT=")]
    [InlineData("abortConnect=true,syncTimeout=50,connectRetry=1,keepAlive=-1")]
    public Task AnOptionChangesNothingOfWhatIsHeard(string options) => AssertWorksAsync($"{running.Server.ConnectionString},{options}");

    [Theory]
    [InlineData("redis://127.0.0.1:{0}")]
    [InlineData("redis://127.0.0.1:{0}/2?channelPrefix=myapp:")]
    [InlineData(" \"redis://localhost:{0}/\" ")]
    public Task AUrlIsUnderstood(string url) => AssertWorksAsync(string.Format(CultureInfo.InvariantCulture, url, running.Server.Port));

    [Fact]
    public async Task AUrlCarriesUserPasswordDatabaseAndTls()
    {
        using var certificate = new SelfMadeCertificate();
        await using var server = new RedisServer(password: "p@ss/w,rd", tls: certificate);
        await server.StartAsync();
        Environment.SetEnvironmentVariable(SelfMadeCertificate.TrustedIssuer, certificate.CertificatePath);
        try
        {
            await AssertWorksAsync(
                string.Create(CultureInfo.InvariantCulture, $"rediss://default:p%40ss%2Fw%2Crd@127.0.0.1:{server.Port}/1?sslHost=localhost"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(SelfMadeCertificate.TrustedIssuer, null);
        }
    }

    [Fact]
    public async Task CommandsThatTheServerCallsOtherwiseAreSentByTheirOtherNames()
    {
        await using var server = new RedisServer(
            null, null, "--rename-command", "SUBSCRIBE", "HEAR", "--rename-command", "EVALSHA", "RUN", "--rename-command", "CONFIG", "");
        await server.StartAsync();

        await AssertWorksAsync(server.ConnectionString + ",$SUBSCRIBE=HEAR,$EVALSHA=RUN,$CONFIG=");
    }

    [Theory]
    [InlineData("", "~{test-* &{test-*")]
    [InlineData(",channelPrefix=myapp:,defaultDatabase=1", "~myapp:* &myapp:*")]
    public async Task AUserNeedsItsOwnKeysAndChannelsOnly(string options, string names)
    {
        await using var server = new RedisServer(null, null, ["--user", "app", "on", ">pw", .. names.Split(' '), "+@all", "-@admin", "-@dangerous"]);
        await server.StartAsync();

        await AssertWorksAsync($"{server.ConnectionString},user=app,password=pw{options}");
    }

    [Fact]
    public async Task SentinelsTellWhereTheServerIs()
    {
        await using var sentinel = new Sentinel();
        await sentinel.StartAsync(running.Server.Port);

        await AssertWorksAsync($"{sentinel.Address},serviceName={Sentinel.ServiceName},channelPrefix=myapp:,defaultDatabase=4");
        await AssertWorksAsync($"redis://{sentinel.Address}/5?serviceName={Sentinel.ServiceName}");
    }

    [Fact]
    public async Task ADatabaseThatTheServerLacksIsAnOutageThatSaysSo() =>
        Assert.Contains("database does not exist", await ReasonAsync(running.Server.ConnectionString + ",defaultDatabase=99"), StringComparison.Ordinal);

    [Fact]
    public async Task AnotherDatabaseOfAClusterIsAnOutageThatSaysSo()
    {
        await using var cluster = new RedisCluster();
        await cluster.StartAsync();

        Assert.Contains("Multiple databases are not supported", await ReasonAsync(cluster.ConnectionString + ",defaultDatabase=1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReplicaStartsWhileNoSentinelIsThereAndWorksOnceOneIs()
    {
        await using var sentinel = new Sentinel();
        await using var early = await Connection.OpenAsync($"{sentinel.Address},serviceName={Sentinel.ServiceName}", $"test-{Guid.NewGuid():N}");
        await Assert.ThrowsAsync<SharedStateException>(() => early.State.SnapshotAsync(default));

        await sentinel.StartAsync(running.Server.Port);

        await Bounded.UntilAsync("the server is reached", async () =>
        {
            try
            {
                await early.State.SnapshotAsync(default);
                return true;
            }
            catch (SharedStateException)
            {
                return false;
            }
        });
    }

    /// <summary>Why nothing is shared, as the log has it.</summary>
    private static async Task<string> ReasonAsync(string connectionString)
    {
        await using var connection = await Connection.OpenAsync(connectionString, "nowhere");
        return (await Assert.ThrowsAsync<SharedStateException>(() => connection.State.SnapshotAsync(default))).Message;
    }

    /// <summary>Two replicas share everything: updates, requests, the lease that is given back, what is known and what is watched.</summary>
    private static async Task AssertWorksAsync(string connectionString)
    {
        var prefix = $"test-{Guid.NewGuid():N}";
        await using var poller = await Connection.OpenAsync(connectionString, prefix);
        await using var other = await Connection.OpenAsync(connectionString, prefix);
        await poller.ListensAsync(to: other);
        await other.ListensAsync(to: poller);
        var epoch = StatusVersion.NewEpoch();

        Assert.True((await poller.State.TryAcquireAsync("a", epoch, TimeSpan.FromMinutes(1), default)).IsGranted);
        Assert.Equal(PublishOutcome.Stored, await poller.State.PublishAsync("a", Examples.Change(epoch, 1, "orders"), default));
        await other.State.AnnounceAsync([("orders", TimeSpan.FromMinutes(1))], ["orders"], default);
        await poller.State.ReleaseAsync("a", epoch, default);

        Assert.Equal((epoch, 0L), UpdateNumber(await other.HearsUpdateAsync()));
        Assert.Equal((epoch, 1L), UpdateNumber(await other.HearsUpdateAsync()));
        Assert.Equal(["orders"], (await poller.HearsRequestAsync()).Watched);
        await other.HearsLeaseFreed;
        Assert.Equal("orders", Assert.Single((await other.State.SnapshotAsync(default))!.Known).Record.PipelineId);
        Assert.Equal("orders", Assert.Single(await poller.State.GetWatchedAsync(default)).PipelineId);
    }

    private static (ulong Epoch, long UpdateNumber) UpdateNumber(Backplane.PollUpdate update) => (update.Version.Epoch, update.UpdateNumber);
}
