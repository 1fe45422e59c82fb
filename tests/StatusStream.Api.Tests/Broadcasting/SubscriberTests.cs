using System.IO.Pipelines;
using CsCheck;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;
using static PipelineAspire.StatusStream.Pipelines.PipelineCondition;
using static PipelineAspire.StatusStream.Pipelines.PipelineStatus;

namespace PipelineAspire.StatusStream.Tests.Broadcasting;

public class SubscriberTests
{
    private static readonly PollCadence Cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));

    private readonly StatusBroadcaster _broadcaster = new(Cadence, TimeProvider.System, PipeScheduler.Inline);
    private long _sequence;

    [Fact]
    public void TheFirstBatchHasEveryKnownStatusAndNothingFollows()
    {
        Observe("a", Active);
        Observe("b", Paused);
        var client = _broadcaster.Subscribe(["a", "b", "c"]);

        var batch = client.Begin();

        Assert.Equal([("a", Active), ("b", Paused)], batch.Records!.Select(record => (record.PipelineId, record.Status!.Value)));
        Assert.Equal(new StatusVersion(Records.Epoch, 2), batch.Version);
        Assert.False(client.TryTake(out _));
    }

    [Fact]
    public void NothingIsTakenBeforeTheFirstBatch()
    {
        var client = _broadcaster.Subscribe(["a"]);
        Observe("a", Active);
        Observe("a", Paused);

        Assert.False(client.TryTake(out _));
        Assert.Equal(Paused, Assert.Single(client.Begin().Records!).Status);
        Assert.False(client.TryTake(out _));
    }

    [Fact]
    public void AStatusFirstKnownAfterTheBatchHasNoPreviousOne()
    {
        var client = Joined("a");
        Observe("a", Starting);

        Assert.Equal("a null->Starting", Take(client));
    }

    [Fact]
    public void WhenASubscriberFallsBehindItKeepsTheLatestStatusAndWhatItWasToldLast()
    {
        Observe("a", Active);
        var client = Joined("a");
        Observe("a", Pausing);
        Observe("a", Paused);
        Observe("a", Resuming);

        Assert.Equal("a Active->Resuming", Take(client));
        Assert.Null(Take(client));
        Assert.Equal(2, client.Conflated);
    }

    [Fact]
    public void AChangeThatWasTakenBackMeanwhileIsNotTold()
    {
        Observe("a", Active);
        var client = Joined("a");
        Observe("a", Paused);
        Observe("a", Active);

        Assert.Null(Take(client));
    }

    [Fact]
    public void AnEpisodeOfErrorsIsToldOncePerStreamAndABatchFollowsIt()
    {
        Observe("a", Active);
        Observe("b", Active);
        var client = Joined("a", "b");
        Fail("a", Error, Active);
        Assert.Equal("error a Error", Take(client));
        Fail("a", PipelineCondition.Timeout, Active);
        Fail("a", Error, Active);
        Assert.Null(Take(client));

        Observe("a", Active);
        Assert.Equal("batch a=Active", Take(client));
        Assert.Null(Take(client));
    }

    [Fact]
    public void AStatusThatChangedDuringTheEpisodeIsToldBeforeTheBatchConfirmsIt()
    {
        Observe("a", Active);
        var client = Joined("a");
        Fail("a", PipelineCondition.Timeout, Active);
        Take(client);
        Observe("a", Failed);

        Assert.Equal("a Active->Failed", Take(client));
        Assert.Equal("batch a=Failed", Take(client));
        Assert.Null(Take(client));
    }

    [Fact]
    public void ANewEpisodeRightAfterTheStatusThatEndedTheLastOneIsToldToo()
    {
        Observe("a", Active);
        var client = Joined("a");
        Fail("a", PipelineCondition.Timeout, Active);
        Take(client);
        Observe("a", Failed);
        Assert.Equal("a Active->Failed", Take(client));
        Fail("a", PipelineCondition.Timeout, Failed);

        Assert.Equal("error a Timeout", Take(client));
        Assert.Null(Take(client));
        Observe("a", Failed);
        Assert.Equal("batch a=Failed", Take(client));
    }

    [Fact]
    public void EpisodesThatEndTogetherAreConfirmedByOneBatch()
    {
        foreach (var id in new[] { "a", "b", "c" }) Observe(id, Active);
        var client = Joined("a", "b", "c");
        foreach (var id in new[] { "a", "c" }) Fail(id, PipelineCondition.Timeout, Active);
        Take(client);
        Take(client);
        foreach (var id in new[] { "c", "a" }) Observe(id, Active);

        Assert.Equal("batch a=Active c=Active", Take(client));
        Assert.Null(Take(client));
    }

    [Fact]
    public void AnEpisodeThatBeganAndEndedUnseenIsNotTold()
    {
        Observe("a", Active);
        var client = Joined("a");
        Fail("a", PipelineCondition.Timeout, Active);
        Observe("a", Active);

        Assert.Null(Take(client));
    }

    [Fact]
    public void ASecondEpisodeIsToldAgain()
    {
        Observe("a", Active);
        var client = Joined("a");
        Fail("a", PipelineCondition.Timeout, Active);
        Take(client);
        Observe("a", Active);
        Take(client);
        Fail("a", PipelineCondition.Timeout, Active);

        Assert.Equal("error a Timeout", Take(client));
    }

    [Fact]
    public void ALaterStreamHearsOfTheEpisodeRightAfterItsBatch()
    {
        Observe("a", Active);
        Fail("a", PipelineCondition.Timeout, Active);
        var client = _broadcaster.Subscribe(["a"]);

        Assert.Equal(Active, Assert.Single(client.Begin().Records!).Status);
        Assert.Equal("error a Timeout", Take(client));
        Assert.Null(Take(client));
    }

    [Fact]
    public void APipelineThatIsNotThereIsInNoBatchUntilItIsCreated()
    {
        Observe("a", Active);
        Fail("a", NotFound, Active);
        var client = _broadcaster.Subscribe(["a"]);
        Assert.True(client.IsFirstBatchDue);
        Assert.Empty(client.Begin().Records!);
        Assert.Equal("error a NotFound", Take(client));

        Observe("a", Starting);
        Assert.Equal("a null->Starting", Take(client));
        Assert.Equal("batch a=Starting", Take(client));
        Assert.Null(Take(client));
    }

    [Fact]
    public void APipelineThatVanishesAndComesBackAsItWasIsConfirmedByABatch()
    {
        Observe("a", Active);
        var client = Joined("a");
        Fail("a", NotFound, Active);
        Assert.Equal("error a NotFound", Take(client));
        Observe("a", Active);

        Assert.Equal("batch a=Active", Take(client));
    }

    [Fact]
    public void TheFirstBatchIsDueWhenEveryPipelineWasReadWellOrNot()
    {
        var client = _broadcaster.Subscribe(["a", "b", "c"]);
        Observe("a", Active);
        Fail("b", PipelineCondition.Timeout, null);
        Observe("a", Paused);
        Assert.False(client.IsFirstBatchDue);
        Fail("c", NotFound, null);

        Assert.True(client.IsFirstBatchDue);
    }

    [Fact]
    public void WhatHasOneVersionIsToldInOneBatch()
    {
        Observe("a", Active);
        var client = Joined("a", "b", "c", "d");
        var version = new StatusVersion(Records.Epoch, 7);
        _broadcaster.Receive(Records.Update(Records.Fine("a", Paused, 7), Records.Failing("b", Error, 7), Records.Fine("c", Failed, 7)));

        Assert.Equal([("batch a=Paused c=Failed", version), ("error b Error", version)], TakeAllWithVersions(client));
    }

    [Fact]
    public void Invariant9_SlowClients_TheQueueOfOneThatTakesNothingStaysBounded()
    {
        var ids = Enumerable.Range(0, 50).Select(i => $"p{i}").ToArray();
        foreach (var id in ids) Observe(id, Active);
        var client = Joined(ids);
        for (var flip = 0; flip < 4000; flip++)
        {
            foreach (var id in ids) Observe(id, flip % 2 == 0 ? Paused : Stopped);
        }

        Assert.InRange(client.Pending, 50, 100);
        for (var i = 0; i < 50; i++) Assert.EndsWith(" Active->Stopped", Take(client), StringComparison.Ordinal);
        Assert.Null(Take(client));
    }

    /// <summary>Observations, each of pipeline 0 to 3, a status or a failure; -1 takes one event.</summary>
    [Fact]
    public void Invariant5_Convergence_WhateverHappensTheStreamEndsUpWithTheTruthInOrder() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5], Gen.Int[0, 3]).Array[1, 120].Sample(history =>
        {
            var broadcaster = new StatusBroadcaster(Cadence, TimeProvider.System, PipeScheduler.ThreadPool);
            var view = new StreamView();
            string[] ids = ["p0", "p1", "p2", "p3"];
            var known = new Dictionary<string, PipelineRecord>(StringComparer.Ordinal);
            Subscriber? client = null;
            var sequence = 0L;
            foreach (var (pipeline, what, take) in history)
            {
                if (client is null && take == 3)
                {
                    client = broadcaster.Subscribe(ids);
                    view.See(client.Begin());
                }

                var id = ids[pipeline];
                var reading = what < 3 ? Records.Reading(id, (PipelineStatus)(what + 1)) : new PipelineReading(id, (PipelineCondition)(what - 2));
                if (reading.Advance(known.GetValueOrDefault(id), new StatusVersion(Records.Epoch, sequence + 1), 1) is { } record)
                {
                    sequence++;
                    known[id] = record;
                    broadcaster.Receive(Records.Update(record));
                    if (record.Condition == Ok) view.EpisodeIsOver(id);
                }

                for (var i = 0; i < take && client is not null && client.TryTake(out var delivery); i++) view.See(delivery);
            }

            if (client is null) return;
            while (client.TryTake(out var delivery)) view.See(delivery);
            foreach (var (id, record) in known)
            {
                if (record.HasPublicStatus) Assert.Equal(record.Status, view.Statuses[id]);
                Assert.True(record.Condition.IsSameEpisodeAs(view.Episodes.GetValueOrDefault(id)), $"{id} is {record.Condition}");
            }
        }, iter: 3000);

    private Subscriber Joined(params string[] ids)
    {
        var client = _broadcaster.Subscribe(ids);
        client.Begin();
        Assert.False(client.TryTake(out _));
        return client;
    }

    private void Observe(string id, PipelineStatus status) => _broadcaster.Receive(Records.Update(Records.Fine(id, status, ++_sequence)));

    private void Fail(string id, PipelineCondition condition, PipelineStatus? last) =>
        _broadcaster.Receive(Records.Update(Records.Failing(id, condition, ++_sequence, last)));

    private static IEnumerable<(string Told, StatusVersion Version)> TakeAllWithVersions(Subscriber client)
    {
        while (client.TryTake(out var delivery)) yield return (Text(delivery), delivery.Version);
    }

    private static string? Take(Subscriber client) => client.TryTake(out var delivery) ? Text(delivery) : null;

    private static string Text(in StreamEvent delivery) => delivery.Kind switch
    {
        StreamEventKind.Update => $"{delivery.Record!.PipelineId} {delivery.PreviousStatus?.ToString() ?? "null"}->{delivery.Record.Status}",
        StreamEventKind.Error => $"error {delivery.Record!.PipelineId} {delivery.Record.Condition}",
        _ => "batch " + string.Join(' ', delivery.Records!.Select(record => $"{record.PipelineId}={record.Status}").Order(StringComparer.Ordinal)),
    };

    /// <summary>What a client makes of its stream; it objects to everything that the contract forbids.</summary>
    private sealed class StreamView
    {
        private readonly Dictionary<string, PipelineCondition> _told = new(StringComparer.Ordinal);
        private long _id;

        public Dictionary<string, PipelineStatus> Statuses { get; } = new(StringComparer.Ordinal);

        /// <summary>The episodes it knows of; a status is the end of one.</summary>
        public Dictionary<string, PipelineCondition> Episodes { get; } = new(StringComparer.Ordinal);

        /// <summary>A good read: whatever fails from now on is another episode.</summary>
        public void EpisodeIsOver(string pipelineId) => _told.Remove(pipelineId);

        public void See(StreamEvent delivery)
        {
            if (delivery.Kind != StreamEventKind.Error)
            {
                Assert.True(delivery.Version.Sequence >= _id, "an id went backwards");
                _id = delivery.Version.Sequence;
            }

            switch (delivery.Kind)
            {
                case StreamEventKind.Batch:
                    foreach (var record in delivery.Records!)
                    {
                        Assert.True(record.HasPublicStatus);
                        Statuses[record.PipelineId] = record.Status!.Value;
                        Episodes.Remove(record.PipelineId); // on the wire it is a status like any other
                    }

                    break;
                case StreamEventKind.Update:
                    PipelineStatus? before = Statuses.TryGetValue(delivery.Record!.PipelineId, out var told) ? told : null;
                    Assert.Equal(before, delivery.PreviousStatus);
                    Assert.NotEqual(before, delivery.Record.Status);
                    Statuses[delivery.Record.PipelineId] = delivery.Record.Status!.Value;
                    Episodes.Remove(delivery.Record.PipelineId);
                    break;
                default:
                    var condition = delivery.Record!.Condition;
                    Assert.False(condition.IsSameEpisodeAs(_told.GetValueOrDefault(delivery.Record.PipelineId)), "told twice of an episode");
                    _told[delivery.Record.PipelineId] = condition;
                    Episodes[delivery.Record.PipelineId] = condition;
                    break;
            }
        }
    }
}
