using System.IO.Pipelines;
using CsCheck;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;
using static PipelineAspire.StatusStream.Pipelines.PipelineCondition;
using static PipelineAspire.StatusStream.Pipelines.PipelineStatus;

namespace PipelineAspire.StatusStream.Tests.Broadcasting;

/// <summary>What a subscriber watches changes while it is told.</summary>
public class SubscriptionChangeTests
{
    private static readonly PollCadence Cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));

    private readonly StatusBroadcaster _broadcaster = new(Cadence, TimeProvider.System, PipeScheduler.Inline);
    private long _sequence;

    [Fact]
    public void ABatchWithTheRevisionTellsWhatWasAddedAndNothingElse()
    {
        Observe("a", Active);
        Observe("b", Paused);
        var client = Joined("a");
        Change(client, 7, add: "b");

        Assert.Equal("batch 7 b=Paused", Take(client));
        Assert.Null(Take(client));
        Observe("b", Active);
        Assert.Equal("b Paused->Active", Take(client));
    }

    [Fact]
    public void WhatIsRemovedIsToldNoMore()
    {
        Observe("a", Active);
        Observe("b", Active);
        var client = Joined("a", "b");
        Observe("b", Paused); // told to nobody: it was removed before it was taken
        Change(client, 1, remove: "b");
        Observe("b", Failed);
        Observe("a", Paused);

        Assert.Equal("a Active->Paused", Take(client));
        Assert.Equal("batch 1", Take(client));
        Assert.Null(Take(client));
        Assert.Equal(["a"], client.PipelineIds);
    }

    [Fact]
    public void TheBatchWaitsForAPipelineThatNobodyHasRead()
    {
        var client = Joined("a");
        Change(client, 1, add: "new");
        Assert.Null(Take(client));
        Observe("a", Active);
        Assert.Equal("a null->Active", Take(client));
        Observe("new", Stopped);

        Assert.Equal("batch 1 new=Stopped", Take(client));
    }

    [Fact]
    public void TheBatchIsThereWithoutThemWhenAReadWouldHaveBeenOver()
    {
        var client = Joined("a");
        Change(client, 1, add: "new");
        client.EndWaiting(1);

        Assert.Equal("batch 1", Take(client));
        Observe("new", Stopped);
        Assert.Equal("new null->Stopped", Take(client));
    }

    [Fact]
    public void ChangesAreAcknowledgedInTheirOrder()
    {
        Observe("known", Active);
        var client = Joined("a");
        Change(client, 1, add: "new");
        Change(client, 2, add: "known");
        Assert.Null(Take(client));
        Observe("new", Active);

        Assert.Equal("batch 1 new=Active", Take(client));
        Assert.Equal("batch 2 known=Active", Take(client));
    }

    [Fact]
    public void AChangeWaitsNoLongerForWhatALaterOneRemoved()
    {
        var client = Joined("a");
        Change(client, 1, add: "new");
        Change(client, 2, remove: "new");

        Assert.Equal("batch 1", Take(client));
        Assert.Equal("batch 2", Take(client));
        Observe("new", Active);
        Assert.Null(Take(client));
    }

    [Fact]
    public void APipelineThatComesBackIsToldAnew()
    {
        Observe("a", Active);
        Observe("b", Active);
        var client = Joined("a", "b");
        Observe("b", Paused);
        Change(client, 1, remove: "b");
        Change(client, 2, add: "b");

        Assert.Equal("batch 1", Take(client));
        Assert.Equal("batch 2 b=Paused", Take(client));
        Assert.Null(Take(client));
    }

    [Fact]
    public void APipelineThatIsWatchedAlreadyIsToldAgain()
    {
        Observe("a", Active);
        var client = Joined("a");
        Change(client, 1, add: "a");

        Assert.Equal("batch 1 a=Active", Take(client));
        Assert.Null(Take(client));
    }

    [Fact]
    public void AnAddedPipelineInAnEpisodeOfErrorsIsToldSoAfterTheBatch()
    {
        Observe("bad", Active);
        Fail("bad", Error, Active);
        Fail("gone", NotFound, null);
        var client = Joined("a");
        Change(client, 1, add: "bad,gone");

        Assert.Equal("batch 1 bad=Active", Take(client));
        Assert.Equal("error bad Error", Take(client));
        Assert.Equal("error gone NotFound", Take(client));
        Assert.Null(Take(client));
    }

    [Fact]
    public void TheBatchSaysNoOlderVersionThanWhatItTells()
    {
        Observe("a", Active);
        var client = Joined("a");
        Observe("b", Active);
        Change(client, 1, add: "b");

        Assert.True(client.TryTake(out var batch));
        Assert.Equal(new StatusVersion(Records.Epoch, 2), batch.Version);
    }

    [Fact]
    public void OneWhoMayHaveSeenNewerIsToldWhatIsAddedFromItsNextReadOn()
    {
        Observe("b", Active);
        var client = Joined("a");
        Change(client, 1, add: "b", mayHaveSeenNewer: true);
        Assert.Null(Take(client));
        _broadcaster.Receive(Records.Confirmation(++_sequence, "b"));

        Assert.Equal("batch 1 b=Active", Take(client));
    }

    [Fact]
    public void WhoKnowsTheStatusesIsToldTheOthers()
    {
        foreach (var id in new[] { "a", "b", "c" }) Observe(id, Active);
        var client = Joined("x");
        var resume = new Resume(new StatusVersion(Records.Epoch, _sequence), KnownPipelines.Hash(["a", "b", "c"]));
        Observe("b", Paused);
        Change(client, 1, add: "a,b,c", resume: resume);

        Assert.Equal("batch 1 partial b=Paused", Take(client));
        Observe("a", Paused);
        Assert.Equal("a Active->Paused", Take(client)); // what it knew is what it was told
    }

    [Theory]
    [InlineData("a,b", 3, "partial ")]
    [InlineData("a,b", 2, "partial b=Active")]
    [InlineData("a", 2, "partial b=Active")] // b was first known later
    [InlineData("a", 3, "a=Active b=Active")]
    [InlineData("a,b,c", 3, "a=Active b=Active")]
    [InlineData("a,b", 0, "a=Active b=Active")] // nothing is as old as that
    public void OneWhoComesBackIsToldAllUnlessItKnowsJustWhatThereIs(string known, int seen, string expected)
    {
        Observe("a", Paused);
        Observe("a", Active);
        Observe("b", Active);
        var resume = new Resume(new StatusVersion(Records.Epoch, seen), KnownPipelines.Hash(known.Split(',')));
        var client = _broadcaster.Subscribe(["a", "b"], resume: resume);

        Assert.Equal($"batch {expected}".TrimEnd(), Text(client.Begin()));
    }

    [Fact]
    public void OneWhoComesFromAnotherEpochIsToldAll()
    {
        Observe("a", Active);
        var resume = new Resume(new StatusVersion(Records.Epoch + 1, 100), KnownPipelines.Hash(["a"]));

        Assert.Equal("batch a=Active", Text(_broadcaster.Subscribe(["a"], resume: resume).Begin()));
    }

    /// <summary>
    /// Changes, observations and takes at random: the client ends up with the truth about what it watches, hears of nothing that it has
    /// removed once that is acknowledged, and of nothing that it has added before that is.
    /// </summary>
    [Fact]
    public void Invariant6_NoHole_WhateverIsWatchedMeanwhileTheStreamEndsUpWithTheTruth() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 6], Gen.Int[0, 2]).Array[1, 150].Sample(history =>
        {
            var broadcaster = new StatusBroadcaster(Cadence, TimeProvider.System, PipeScheduler.ThreadPool);
            string[] ids = ["p0", "p1", "p2", "p3", "p4", "p5"];
            var known = new Dictionary<string, PipelineRecord>(StringComparer.Ordinal);
            var wanted = new HashSet<string>(["p0", "p1"], StringComparer.Ordinal);
            var promised = new Queue<(long Revision, HashSet<string> Watched)>();
            var acknowledged = wanted.ToHashSet(StringComparer.Ordinal);
            var told = new Dictionary<string, PipelineStatus>(StringComparer.Ordinal);
            var (sequence, revision, lastId) = (0L, 0L, 0L);
            var client = broadcaster.Subscribe([.. wanted]);
            See(client.Begin());
            foreach (var (pipeline, what, take) in history)
            {
                var id = ids[pipeline];
                if (what == 5 || what == 6)
                {
                    if (what == 5) wanted.Add(id);
                    else wanted.Remove(id);
                    broadcaster.Change(client, new SubscriberChange(++revision), what == 6 ? [id] : [], what == 5 ? [id] : [], mayHaveSeenNewer: false, null);
                    promised.Enqueue((revision, wanted.ToHashSet(StringComparer.Ordinal)));
                    if (take == 1) client.EndWaiting(revision);
                }
                else
                {
                    var reading = what < 3 ? Records.Reading(id, (PipelineStatus)(what + 1)) : new PipelineReading(id, (PipelineCondition)(what - 2));
                    if (reading.Advance(known.GetValueOrDefault(id), new StatusVersion(Records.Epoch, sequence + 1), 1) is { } record)
                    {
                        sequence++;
                        known[id] = record;
                        broadcaster.Receive(Records.Update(record));
                    }
                }

                for (var i = 0; i < take && client.TryTake(out var delivery); i++) See(delivery);
            }

            client.EndWaiting(revision);
            while (client.TryTake(out var delivery)) See(delivery);
            Assert.Empty(promised);
            Assert.Equal(wanted.Order(StringComparer.Ordinal), client.PipelineIds.Order(StringComparer.Ordinal));
            foreach (var (id, record) in known)
            {
                if (wanted.Contains(id) && record.HasPublicStatus) Assert.Equal(record.Status, told[id]);
            }

            void See(StreamEvent delivery)
            {
                if (delivery.Kind != StreamEventKind.Error) Assert.True(delivery.Version.Sequence >= lastId, "an id went backwards");
                if (delivery.Kind != StreamEventKind.Error) lastId = delivery.Version.Sequence;
                if (delivery.Revision > 0)
                {
                    var (next, watched) = promised.Dequeue();
                    Assert.Equal(next, delivery.Revision);
                    foreach (var gone in acknowledged.Except(watched)) told.Remove(gone);
                    acknowledged = watched;
                }

                foreach (var record in delivery.Records ?? [delivery.Record!])
                {
                    var may = acknowledged.Contains(record.PipelineId) || (delivery.Revision > 0 && promised.Any(change => change.Watched.Contains(record.PipelineId)));
                    Assert.True(may, $"{record.PipelineId} is not watched");
                    if (delivery.Kind == StreamEventKind.Update)
                    {
                        Assert.Equal(told.TryGetValue(record.PipelineId, out var before) ? before : null, delivery.PreviousStatus);
                    }

                    if (delivery.Kind != StreamEventKind.Error) told[record.PipelineId] = record.Status!.Value;
                }
            }
        }, iter: 4000);

    private Subscriber Joined(params string[] ids)
    {
        var client = _broadcaster.Subscribe(ids);
        client.Begin();
        Assert.False(client.TryTake(out _));
        return client;
    }

    private void Change(Subscriber client, long revision, string? add = null, string? remove = null, bool mayHaveSeenNewer = false, Resume? resume = null) =>
        _broadcaster.Change(client, new SubscriberChange(revision, resume), remove?.Split(',') ?? [], add?.Split(',') ?? [], mayHaveSeenNewer, refused: null);

    private void Observe(string id, PipelineStatus status) => _broadcaster.Receive(Records.Update(Records.Fine(id, status, ++_sequence)));

    private void Fail(string id, PipelineCondition condition, PipelineStatus? last) =>
        _broadcaster.Receive(Records.Update(Records.Failing(id, condition, ++_sequence, last)));

    private static string? Take(Subscriber client) => client.TryTake(out var delivery) ? Text(delivery) : null;

    private static string Text(StreamEvent delivery) => delivery.Kind switch
    {
        StreamEventKind.Update => $"{delivery.Record!.PipelineId} {delivery.PreviousStatus?.ToString() ?? "null"}->{delivery.Record.Status}",
        StreamEventKind.Error => $"error {delivery.Record!.PipelineId} {delivery.Record.Condition}",
        _ => $"batch {(delivery.Revision > 0 ? $"{delivery.Revision} " : "")}{(delivery.IsPartial ? "partial " : "")}{Updates(delivery)}".TrimEnd(),
    };

    private static string Updates(StreamEvent batch) =>
        string.Join(' ', batch.Records!.Select(record => $"{record.PipelineId}={record.Status}").Order(StringComparer.Ordinal));
}
