using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

/// <summary>What the poller and the streams rely on in a backplane, whichever it is.</summary>
public abstract class BackplaneContract : IAsyncLifetime
{
    private readonly string? _connectionString;
    private readonly string _prefix = $"test-{Guid.NewGuid():N}";
    private Member _poller = null!;
    private Member _other = null!;

    /// <param name="connectionString">Of the server that two replicas share; null for a replica that works alone.</param>
    private protected BackplaneContract(string? connectionString) => _connectionString = connectionString;

    public async Task InitializeAsync()
    {
        _poller = await Member.JoinAsync(_connectionString, _prefix);
        _other = _connectionString is null ? _poller : await Member.JoinAsync(_connectionString, _prefix);
    }

    public async Task DisposeAsync()
    {
        await _poller.DisposeAsync();
        if (_other != _poller) await _other.DisposeAsync();
    }

    [Fact]
    public async Task EveryReplicaReceivesWhatIsPublishedInOrderThePollersOwnIncluded()
    {
        var term = await _poller.PollAsync();
        await PublishAsync(term, 1, PipelineStatus.Starting);
        await _poller.UntilToldAsync("orders", PipelineStatus.Starting);
        await _other.UntilToldAsync("orders", PipelineStatus.Starting);

        await PublishAsync(term, 2, PipelineStatus.Active);
        await PublishAsync(term, 3, PipelineStatus.Paused);

        (string, PipelineStatus?)[] expected = [("orders", PipelineStatus.Starting), ("orders", PipelineStatus.Active), ("orders", PipelineStatus.Paused)];
        foreach (var replica in (Member[])[_poller, _other])
        {
            await replica.UntilToldAsync("orders", PipelineStatus.Paused);
            Assert.Equal(expected, replica.Told);
            Assert.Equal(new StatusVersion(term.Epoch, 3), replica.Version);
        }
    }

    [Fact]
    public async Task WhoeverPollsIsAskedAtOnceToReadWhatSomebodyBeginsToWatch()
    {
        var term = await _poller.PollAsync();
        await ListenAsync();

        _other.WatchList.Add(["orders", "billing"]);

        await Bounded.UntilAsync("the poller is asked", () => Task.FromResult(_poller.Watched.Contains("orders") && _poller.Watched.Contains("billing")));
        var watched = await _poller.Backplane.GetWatchedAsync(term, default);
        Assert.Contains(watched, pipeline => pipeline.PipelineId == "orders");
    }

    [Fact]
    public async Task WhoeverPollsIsAskedToLookNow()
    {
        await _poller.PollAsync();

        await ListenAsync();

        Assert.Contains("probe", _poller.RefreshRequested);
    }

    [Fact]
    public async Task ANewTermGoesOnFromWhatIsShared()
    {
        var term = await _poller.PollAsync();
        await PublishAsync(term, 1, PipelineStatus.Paused);
        await _other.UntilToldAsync("orders", PipelineStatus.Paused);
        _poller.Backplane.Connect(null);
        await _poller.Lease.ReleaseAsync(term);

        var next = await _other.PollAsync();

        Assert.NotEqual(term.Epoch, next.Epoch);
        var known = Assert.Single(await _other.Backplane.LoadAsync(next, default));
        Assert.Equal(("orders", PipelineStatus.Paused), (known.Record.PipelineId, known.Record.Status));
    }

    [Fact]
    public async Task CatchingUpWithWhatAClientHasSeenBringsAReplicaThere()
    {
        var term = await _poller.PollAsync();
        await PublishAsync(term, 1, PipelineStatus.Paused);

        await _other.Backplane.CatchUpAsync(new StatusVersion(term.Epoch, 1), default).AsTask().WaitAsync(Bounded.Patience);

        Assert.Equal(PipelineStatus.Paused, Assert.Single(_other.Known()).Record.Status);
    }

    [Fact]
    public async Task WhoeverPollsIsAskedForADocumentAndWhoeverAskedFindsIt()
    {
        var term = await _poller.PollAsync();
        await ListenAsync();

        _other.WatchList.Add(["orders"], WatchKind.Document);
        await Bounded.UntilAsync("the poller is asked", () => Task.FromResult(_poller.DocumentsWanted.Contains("orders")));
        await Bounded.UntilAsync(
            "and sees so",
            async () => (await _poller.Backplane.GetWatchedAsync(term, default)).Any(pipeline => pipeline.DocumentFor > TimeSpan.Zero));
        Assert.Null(await _other.Backplane.FindDocumentAsync("orders", default));

        var update = Examples.Change(term.Epoch, 1, "orders") with { Documents = [new HealthDocument("orders", "{}"u8.ToArray())] };
        Assert.Equal(PublishOutcome.Stored, await _poller.Backplane.PublishAsync(term, update, default));
        await _other.UntilToldAsync("orders", PipelineStatus.Active);
        Assert.Equal("{}"u8.ToArray(), (await _other.Backplane.FindDocumentAsync("orders", default))!.Value.ToArray());

        await _poller.Backplane.PublishAsync(term, Examples.Update(term.Epoch, 1, 2) with { Documents = [new HealthDocument("orders", default)] }, default);
        Assert.Null(await _other.Backplane.FindDocumentAsync("orders", default));
    }

    [Fact]
    public async Task ANewTermBeginsWithoutDocuments()
    {
        var term = await _poller.PollAsync();
        var update = Examples.Change(term.Epoch, 1, "orders") with { Documents = [new HealthDocument("orders", "{}"u8.ToArray())] };
        await _poller.Backplane.PublishAsync(term, update, default);
        _poller.Backplane.Connect(null);
        await _poller.Lease.ReleaseAsync(term);

        var next = await _other.PollAsync();
        await _other.Backplane.LoadAsync(next, default);

        Assert.Null(await _other.Backplane.FindDocumentAsync("orders", default));
    }

    private async Task PublishAsync(LeaseTerm term, long beat, PipelineStatus status) =>
        Assert.Equal(PublishOutcome.Stored, await _poller.Backplane.PublishAsync(term, Examples.Change(term.Epoch, beat, "orders", status), default));

    /// <summary>Completes when the poller hears what the other says.</summary>
    private async Task ListenAsync()
    {
        var before = _poller.RefreshRequested.Count;
        await Bounded.UntilAsync("the poller listens", async () =>
        {
            await _other.Backplane.NotifyAsync(["probe"], default);
            return _poller.RefreshRequested.Count > before;
        });
    }
}

public sealed class InProcessBackplaneTests() : BackplaneContract(null);

public sealed class RedisServerBackplaneTests(Running<RedisServer> running)
    : BackplaneContract(running.Server.ConnectionString), IClassFixture<Running<RedisServer>>;

public sealed class ChannelPrefixBackplaneTests(Running<RedisServer> running)
    : BackplaneContract(running.Server.ConnectionString + ",channelPrefix=myapp:,defaultDatabase=2"), IClassFixture<Running<RedisServer>>;

public sealed class GarnetBackplaneTests(Running<GarnetServer> running)
    : BackplaneContract(running.Server.ConnectionString), IClassFixture<Running<GarnetServer>>;

public sealed class RedisClusterBackplaneTests(Running<RedisCluster> running)
    : BackplaneContract(running.Server.ConnectionString), IClassFixture<Running<RedisCluster>>;
