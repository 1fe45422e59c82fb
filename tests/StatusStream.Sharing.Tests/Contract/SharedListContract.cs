using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

/// <summary>What replicas rely on when one of them reads the list for all, whichever server is between them.</summary>
public abstract class SharedListContract : IAsyncLifetime
{
    private static readonly PollCadence Leisurely = new(Bounded.Patience * 2, Bounded.Patience);
    private static readonly SharedListCopy Copy = new("set.content", "\"7\"", Encoding.UTF8.GetBytes("""[{"pipeline_id":"größe"}]"""));

    private readonly string _connectionString;
    private readonly string _prefix = $"test-{Guid.NewGuid():N}";
    private readonly List<ServiceProvider> _replicas = [];
    private ISharedList _one = null!;
    private ISharedList _other = null!;

    private protected SharedListContract(ISharedServer server) => _connectionString = server.ConnectionString;

    public async Task InitializeAsync() => (_one, _other) = (await JoinAsync(Leisurely), await JoinAsync(Leisurely));

    public async Task DisposeAsync()
    {
        foreach (var replica in _replicas) await replica.DisposeAsync();
    }

    [Fact]
    public async Task WhoeverAsksFirstReadsForAllAndTheOthersTakeWhatItFound()
    {
        var claim = await ClaimAsync(_one);
        Assert.Null(claim.StoredTag);
        Assert.Equal(SharedListState.BeingRead, await FindAsync(_other));

        await _one.PublishAsync(claim, Copy);

        foreach (var replica in (ISharedList[])[_other, _one])
        {
            var found = await FindAsync(replica);
            Assert.Equal((Copy.Tag, Copy.ETag), (found.Copy!.Tag, found.Copy.ETag));
            Assert.Equal(Copy.Json.ToArray(), found.Copy.Json.ToArray());
            Assert.InRange(found.Age, TimeSpan.Zero, Leisurely.Interval);
        }
    }

    [Fact]
    public async Task WhoKnowsTheListIsNotSentItAgain()
    {
        await _one.PublishAsync(await ClaimAsync(_one), Copy);

        var found = await FindAsync(_other, Copy.Tag);

        Assert.Equal(Copy.Tag, found.Copy!.Tag);
        Assert.True(found.Copy.Json.IsEmpty);
    }

    [Fact]
    public async Task AListThatCouldNotBeReadIsReadByTheNextWhoAsks()
    {
        await _one.PublishAsync(await ClaimAsync(_one), copy: null);

        await _other.PublishAsync(await ClaimAsync(_other), Copy);

        Assert.NotNull((await FindAsync(_one)).Copy);
    }

    [Fact]
    public async Task WhoReadsForItselfAloneClaimsNothing()
    {
        Assert.Equal(SharedListState.Alone, await _one.FindAsync(null, mayClaim: false, default));

        await ClaimAsync(_other);
    }

    [Fact]
    public async Task AnOlderListIsReadAnewAndConfirmedWithoutItsBytes()
    {
        var hasty = await JoinAsync(new PollCadence(TimeSpan.FromMilliseconds(50), Bounded.Patience));
        await _one.PublishAsync(await ClaimAsync(_one), Copy);

        var claim = await ClaimAsync(hasty);
        Assert.Equal(Copy.Tag, claim.StoredTag);
        await hasty.PublishAsync(claim, Copy with { ETag = null, Json = default });

        var found = await FindAsync(_other);
        Assert.Equal((Copy.Tag, null), (found.Copy!.Tag, found.Copy.ETag));
        Assert.Equal(Copy.Json.ToArray(), found.Copy.Json.ToArray());
    }

    [Fact]
    public async Task WhoReadForTooLongReplacesNothingThatIsNewer()
    {
        var late = await ClaimAsync(_one);
        await RunOutAsync();
        await _other.PublishAsync(await ClaimAsync(_other), Copy);

        await _one.PublishAsync(late, new SharedListCopy("older", null, "[]"u8.ToArray()));

        Assert.Equal(Copy.Tag, (await FindAsync(_one)).Copy!.Tag);
    }

    [Fact]
    public async Task AListThatIsTooLargeIsReadByEachWhoDoesNotKnowIt()
    {
        var large = new byte[PackedList.MaxBytes + 1];
        new Random(1).NextBytes(large); // nothing to compress
        await _one.PublishAsync(await ClaimAsync(_one), Copy with { Json = large });

        Assert.Equal(SharedListState.Alone, await FindAsync(_other));
        Assert.Equal(Copy.Tag, (await FindAsync(_other, Copy.Tag)).Copy!.Tag);
    }

    [Fact]
    public async Task AListOfManyPipelinesIsSharedCompressed()
    {
        var many = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, 50_000).Select(i => $$"""{"pipeline_id":"pipeline-{{i}}","overall_status":"Running"}"""))}]");
        Assert.True(many.Length > 2 * PackedList.MaxBytes);
        await _one.PublishAsync(await ClaimAsync(_one), Copy with { Json = many });

        Assert.Equal(many, (await FindAsync(_other)).Copy!.Json.ToArray());
    }

    [Fact]
    public async Task WhatNobodyCanReadIsReadFromTheBackend()
    {
        await _one.PublishAsync(await ClaimAsync(_one), Copy);
        var keys = _replicas[0].GetRequiredService<RedisKeys>();
        await Database.HashSetAsync(keys.List, "list", "not compressed").WaitAsync(Bounded.Patience);

        Assert.Equal(SharedListState.Alone, await FindAsync(_other));
    }

    private IDatabase Database => _replicas[0].GetRequiredService<IConnectionMultiplexer>().GetDatabase();

    private static async Task<SharedListState> FindAsync(ISharedList replica, string? knownTag = null) =>
        await replica.FindAsync(knownTag, mayClaim: true, default).AsTask().WaitAsync(Bounded.Patience);

    /// <summary>The right to read, once the list is due.</summary>
    private static async Task<ListClaim> ClaimAsync(ISharedList replica)
    {
        ListClaim? claim = null;
        await Bounded.UntilAsync("the list is to be read", async () => (claim = (await FindAsync(replica)).Claim) is not null);
        return claim!;
    }

    /// <summary>The claim runs out.</summary>
    private async Task RunOutAsync() =>
        Assert.True(await Database.KeyDeleteAsync(_replicas[0].GetRequiredService<RedisKeys>().ListClaim).WaitAsync(Bounded.Patience));

    private async Task<ISharedList> JoinAsync(PollCadence cadence)
    {
        // Connecting blocks.
        var services = Wiring.Replica(_connectionString, _prefix).AddSingleton(cadence).BuildServiceProvider();
        _replicas.Add(services);
        return await Task.Run(services.GetRequiredService<ISharedList>).WaitAsync(Bounded.Patience);
    }
}

public sealed class RedisServerListTests(Running<RedisServer> running) : SharedListContract(running.Server), IClassFixture<Running<RedisServer>>;

public sealed class GarnetListTests(Running<GarnetServer> running) : SharedListContract(running.Server), IClassFixture<Running<GarnetServer>>;

public sealed class RedisClusterListTests(Running<RedisCluster> running) : SharedListContract(running.Server), IClassFixture<Running<RedisCluster>>;
