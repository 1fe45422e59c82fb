using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Sharing.Tests.Servers;
using StackExchange.Redis;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

/// <summary>Pub/sub delivers at most once: what was stored but never heard, on connections that never broke.</summary>
public sealed class LostMessageTests(Running<RedisServer> running) : IClassFixture<Running<RedisServer>>, IAsyncLifetime
{
    private readonly string _prefix = $"test-{Guid.NewGuid():N}";
    private Member _poller = null!;
    private Member _other = null!;

    public async Task InitializeAsync()
    {
        _poller = await Member.JoinAsync(running.Server.ConnectionString, _prefix);
        _other = await Member.JoinAsync(running.Server.ConnectionString, _prefix);
    }

    public async Task DisposeAsync()
    {
        await _poller.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task AnUpdateThatGotLostIsMadeGoodAsSoonAsTheNextIsHeard()
    {
        var term = await BeginAsync();

        await PublishUnheardAsync(Examples.Change(term.Epoch, 2, "billing", PipelineStatus.Paused));
        // UpdateNumber follows beat, so that no silence gives it away.
        var beat = 2;
        await Bounded.UntilAsync("the lost status is told", async () =>
        {
            Assert.Equal(PublishOutcome.Stored, await _poller.Backplane.PublishAsync(term, Examples.Update(term.Epoch, 2, ++beat), default));
            return _other.IsTold("billing", PipelineStatus.Paused);
        });
    }

    [Fact]
    public async Task TheLastUpdateBeforeASilenceIsMadeGoodToo()
    {
        var term = await BeginAsync();

        await PublishUnheardAsync(Examples.Change(term.Epoch, 2, "billing", PipelineStatus.Paused));

        await _other.UntilToldAsync("billing", PipelineStatus.Paused);
    }

    /// <summary>Polling begins, and the other replica is up to date.</summary>
    private async Task<LeaseTerm> BeginAsync()
    {
        var term = await _poller.PollAsync();
        Assert.Equal(PublishOutcome.Stored, await _poller.Backplane.PublishAsync(term, Examples.Change(term.Epoch, 1, "orders"), default));
        await _other.UntilToldAsync("orders", PipelineStatus.Active);
        return term;
    }

    /// <summary>Stores an update as the poller does, but publishes it where nobody listens.</summary>
    private async Task PublishUnheardAsync(PollUpdate update)
    {
        var keys = new RedisKeys(_prefix);
        var database = _poller.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        var record = Assert.Single(update.Changed);
        var epoch = update.Version.ToString().Split('-')[0];
        var stored = await database.ScriptEvaluateAsync(
            RedisScripts.Publish,
            [keys.Lease, keys.Head, keys.Statuses, keys.Reads, keys.Documents],
            [
                await database.StringGetAsync(keys.Lease), epoch, update.Version.Sequence, update.UpdateNumber,
                "nobody", RedisMessages.Write(update), 1, 0, 0, 0, 0, 0, 0, 0, 1, record.PipelineId, RedisMessages.Write(record),
            ]);
        Assert.Equal(1, (int)stored);
    }
}
