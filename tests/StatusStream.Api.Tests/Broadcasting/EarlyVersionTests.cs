using System.IO.Pipelines;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;
using static PipelineAspire.StatusStream.Pipelines.PipelineStatus;

namespace PipelineAspire.StatusStream.Tests.Broadcasting;

/// <summary>No id says more than was told: what is told while something as new is kept back counts in an epoch of the stream's own.</summary>
public class EarlyVersionTests
{
    private const ulong Own = 0xfeed;

    private readonly StatusBroadcaster _broadcaster = new(new PollCadence(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)), TimeProvider.System, PipeScheduler.Inline)
    {
        DrawEpoch = static () => Own,
    };

    public EarlyVersionTests() => _broadcaster.Receive(Records.Update(Records.Fine("a", Active, 1), Records.Fine("b", Active, 2)));

    [Fact]
    public void WhatIsToldWhileAnotherIsKeptBackCountsInAnEpochOfItsOwnUntilThatIsTold()
    {
        var client = Joined("a", "b");
        Rejoin(3, Paused);
        Assert.Equal(("a=Paused", new(Own, 1)), Take(client));
        Assert.Equal(("a=Paused", new(Own, 2)), Take(client)); // confirmed by a batch, since others may have been missed

        Observe("a", Stopped, 4);
        Assert.Equal(("a=Stopped", new(Own, 3)), Take(client));
        Observe("b", Failed, 5);
        Assert.Equal(("b=Failed", new(Records.Epoch, 5)), Take(client));
    }

    [Fact]
    public void WhatTellsNoStatusSaysWhatWasSaidLast()
    {
        var client = Joined("a", "b");
        Rejoin(3);

        _broadcaster.Change(client, new SubscriberChange(1), [], [], mayHaveSeenNewer: false, refused: null);

        Assert.Equal(("", new(Records.Epoch, 2)), Take(client));
    }

    /// <summary>Whoever leaves between two events comes back with the id of the first.</summary>
    [Fact]
    public void WhatCameBeforeTheOneThatWasKeptBackIsToldEarlyEvenWhenThatIsNextInTheQueue()
    {
        var client = Joined("a", "b");
        Rejoin(2);
        Observe("a", Paused, 3);
        Observe("b", Failed, 4);

        Assert.Equal(("a=Paused", new(Own, 1)), Take(client));
        Assert.Equal(("b=Failed", new(Records.Epoch, 4)), Take(client));
    }

    [Fact]
    public void WhatTheSharedStateHasLostIsKeptBackUntilItIsReadAgain()
    {
        var client = Joined("a", "b");
        _broadcaster.Replace(new StatusVersion(Records.Epoch, 3), [new AgedRecord(Records.Fine("a", Paused, 3), TimeSpan.Zero)], new HashSet<string>());
        Assert.Equal(("a=Paused", new(Own, 1)), Take(client));
        Assert.Equal(("a=Paused", new(Own, 2)), Take(client));

        Observe("b", Active, 4);
        Assert.Null(Take(client));
        Observe("a", Failed, 5);
        Assert.Equal(("a=Failed", new(Records.Epoch, 5)), Take(client));
    }

    [Fact]
    public void OneThatLeavesWhatWasKeptBackIsAtAVersionOfAllAgain()
    {
        var client = Joined("a", "b");
        Rejoin(2);
        Observe("a", Paused, 3);
        Assert.Equal(("a=Paused", new(Own, 1)), Take(client));

        _broadcaster.Change(client, new SubscriberChange(1), ["b"], [], mayHaveSeenNewer: false, refused: null);

        Assert.Equal(("", new(Records.Epoch, 3)), Take(client));
    }

    [Fact]
    public void AStreamThatComesWhileSomethingIsKeptBackIsNotTheWorseForIt()
    {
        Rejoin(3, Paused);

        Assert.Equal(new StatusVersion(Records.Epoch, 3), _broadcaster.Subscribe(["a", "b"]).Begin().Version);
    }

    private Subscriber Joined(params string[] ids)
    {
        var client = _broadcaster.Subscribe(ids);
        client.Begin();
        return client;
    }

    /// <summary>All that is shared is read by a replica that was alone, and keeps what it has seen of b by itself.</summary>
    private void Rejoin(long sequence, PipelineStatus a = Active) => _broadcaster.Replace(
        new StatusVersion(Records.Epoch, sequence), [new AgedRecord(Records.Fine("a", a, sequence), TimeSpan.Zero)], new HashSet<string>(["b"]));

    private void Observe(string id, PipelineStatus status, long sequence) => _broadcaster.Receive(Records.Update(Records.Fine(id, status, sequence)));

    private static (string Told, StatusVersion Version)? Take(Subscriber client) => client.TryTake(out var told)
        ? (string.Join(' ', (told.Records ?? [told.Record!]).Select(record => $"{record.PipelineId}={record.Status}")), told.Version)
        : null;
}
