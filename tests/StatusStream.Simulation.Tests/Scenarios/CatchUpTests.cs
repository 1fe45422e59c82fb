using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Simulation.Tests.Shared;
using PipelineAspire.StatusStream.Simulation.Tests.World;

namespace PipelineAspire.StatusStream.Simulation.Tests.Scenarios;

/// <summary>Streams that come back with what they have seen.</summary>
public class CatchUpTests
{
    private readonly Scenario _scenario = new(replicas: 2);
    private Replica _at;
    private int _opened;
    private TimeSpan _slowest;

    public CatchUpTests() => _at = _scenario.Replicas[0];

    [Fact]
    public void ACrowdWithEpochsThatNobodyKnowsCostsAFewReReads()
    {
        var before = _scenario.Redis.Snapshots;

        for (var i = 0; i < 300; i++)
        {
            Open(new StatusVersion(1000 + (ulong)i, 7));
            _scenario.Pass(TimeSpan.FromMilliseconds(2));
        }

        _scenario.Pass(_scenario.Cadence.Interval + TimeSpan.FromSeconds(0.7)); // told from the next read on
        Assert.Equal(300, _opened);
        Assert.InRange(_scenario.Redis.Snapshots - before, 1, 5);
    }

    [Fact]
    public void AnEpochThatThisReplicaHasLeftIsKnownAndReReadsNothing()
    {
        _at = _scenario.Replicas.First(replica => replica != _scenario.Poller);
        var left = _at.Broadcaster.Version!.Value;
        _scenario.Poller.Stop();
        _scenario.PassUntil("a new epoch", () => _at.Broadcaster.Version!.Value.Epoch != left.Epoch, TimeSpan.FromSeconds(10));
        var before = _scenario.Redis.Snapshots;

        Open(left with { Sequence = left.Sequence + 1 });
        _scenario.Pass(TimeSpan.FromSeconds(0.3)); // less than any silence

        Assert.Equal((1, before), (_opened, _scenario.Redis.Snapshots));
    }

    [Fact]
    public void AStreamThatComesDuringTheLastReReadBeforeIsolationHasItsFirstBatchInTime()
    {
        _scenario.Redis.GoDown();
        for (var i = 0; i < 60; i++)
        {
            Open(new StatusVersion(2000 + (ulong)i, 1)); // before, during and after it
            _scenario.Pass(TimeSpan.FromMilliseconds(100));
        }

        _scenario.Pass(_scenario.Cadence.RequestTimeout);
        Assert.Equal(60, _opened);
        Assert.InRange(_slowest, TimeSpan.FromMilliseconds(1), _scenario.Cadence.RequestTimeout + TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public void AFeedThatStandsStillDelaysNoFirstBatch()
    {
        _at.Link.Stall([SharedCommand.Snapshot]);

        Open(new StatusVersion(3000, 1));
        _scenario.Pass(_scenario.Cadence.RequestTimeout + TimeSpan.FromSeconds(0.5));

        Assert.Equal(1, _opened);
    }

    /// <summary>Opens a stream and waits for its first batch.</summary>
    private void Open(StatusVersion seen)
    {
        var replica = _at;
        var asked = _scenario.Clock.Now;
        replica.Process.Run(() => _ = OpenAsync());

        async Task OpenAsync()
        {
            using var subscription = await replica.Subscriptions.OpenAsync(["p0"], seen, CancellationToken.None);
            while (!subscription.Subscriber.IsFirstBatchDue) await subscription.Subscriber.Signal.WaitAsync();
            _ = subscription.Subscriber.Begin();
            _opened++;
            if (_scenario.Clock.Now - asked > _slowest) _slowest = _scenario.Clock.Now - asked;
        }
    }
}
