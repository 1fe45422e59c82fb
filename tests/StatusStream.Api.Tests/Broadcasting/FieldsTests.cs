using System.IO.Pipelines;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;
using static PipelineAspire.StatusStream.Pipelines.PipelineStatus;

namespace PipelineAspire.StatusStream.Tests.Broadcasting;

/// <summary>Who asks for fields hears of them, and nobody else.</summary>
public class FieldsTests
{
    private static readonly PollCadence Cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));

    private readonly StatusBroadcaster _broadcaster = new(Cadence, TimeProvider.System, PipeScheduler.Inline);
    private readonly Dictionary<string, PipelineRecord> _known = new(StringComparer.Ordinal);
    private long _sequence;

    [Fact]
    public void AChangeOfFieldsAloneIsToldToThoseAloneWhoAskForThem()
    {
        Observe("a", Active, "lag=1");
        var (asks, other) = (Joined("a"), Joined("a", wantsFields: false));
        var woken = other.Signal.WaitAsync().AsTask();
        Observe("a", Active, "lag=2");

        Assert.Equal("fields a Changed", Take(asks));
        Assert.Null(Take(asks));
        Assert.False(woken.IsCompleted);
        Assert.Null(Take(other));
        Observe("a", Paused, "lag=2");
        Assert.Equal("a Active->Paused None", Take(other));
        Assert.Equal("a Active->Paused None", Take(asks));
    }

    [Fact]
    public void ANewStatusComesWithWhatItDoesToTheFields()
    {
        Observe("a", Active, "lag=1");
        var client = Joined("a");
        Observe("a", Paused, "lag=");

        Assert.Equal("a Active->Paused Changed", Take(client));
        Assert.Null(Take(client));
    }

    [Fact]
    public void WhoWasSkippedGetsAllFields()
    {
        Observe("a", Active, "lag=1");
        var client = Joined("a");
        Observe("a", Active, "lag=2");
        Observe("a", Active, "lag=3");
        Assert.Equal("fields a All", Take(client));
        Observe("a", Active, "lag=4");
        Observe("a", Paused, "lag=5");
        Assert.Equal("a Active->Paused All", Take(client));
        Observe("a", Paused, "lag=6");
        Assert.Equal("fields a Changed", Take(client));
    }

    [Fact]
    public void WhoWasSkippedUntilTheFieldsWereAsBeforeHearsNothing()
    {
        Observe("a", Active, "lag=1");
        var client = Joined("a");
        Observe("a", Active, "lag=2");
        Observe("a", Active, "lag=1");

        Assert.Null(Take(client));
        Observe("a", Active, "lag=3");
        Assert.Equal("fields a Changed", Take(client));
    }

    [Fact]
    public void AStatusFirstKnownAfterTheBatchComesWithItsFields()
    {
        var client = Joined("a");
        Observe("a", Active, "lag=1");

        Assert.Equal("a null->Active All", Take(client));
    }

    [Fact]
    public void WhatIsSharedAnewTellsFieldsOnceMore()
    {
        Observe("a", Active, "lag=1");
        var (asks, other) = (Joined("a"), Joined("a", wantsFields: false));
        var known = new PipelineRecord("a", Version(9), Active, PipelineCondition.Ok, 1) { Fields = Records.Fields("lag=2"), StatusVersion = Version(1) };
        _broadcaster.Replace(Version(9), [new AgedRecord(known, TimeSpan.Zero)], new HashSet<string>());

        Assert.Equal("fields a Changed", Take(asks));
        Assert.Equal("batch a", Take(asks));
        Assert.Null(Take(other));
    }

    [Fact]
    public void FieldsAfterAQuarantineAreToldToThoseWhoAskForThem()
    {
        Observe("a", Active, "lag=1");
        var (asks, other) = (Joined("a"), Joined("a", wantsFields: false));
        _broadcaster.QuarantineAll();
        Observe("a", Active, "lag=2");

        Assert.Equal("fields a Changed", Take(asks));
        Assert.Null(Take(other));
    }

    [Fact]
    public void FieldsThatChangedBeforeAnEpisodeWasToldComeBeforeIt()
    {
        Observe("a", Active, "lag=1");
        var client = Joined("a");
        Observe("a", Active, "lag=2");
        Receive(new PipelineReading("a", PipelineCondition.Error));

        Assert.Equal("fields a All", Take(client));
        Assert.Equal("error a", Take(client));
        Observe("a", Active, "lag=2");
        Assert.Equal("batch a", Take(client));
    }

    [Theory]
    [InlineData(true, "batch partial a")]
    [InlineData(false, "batch partial")]
    public void AChangeOfFieldsCountsForThoseAloneWhoKnowThem(bool wantsFields, string expected)
    {
        Observe("a", Active, "lag=1");
        Observe("b", Active, "lag=1");
        var seen = Version(_sequence);
        Observe("a", Active, "lag=2");
        var client = _broadcaster.Subscribe(["a", "b"], resume: new Resume(seen, KnownPipelines.Hash(["a", "b"])), wantsFields: wantsFields);

        Assert.Equal(expected, Text(client.Begin()));
    }

    [Fact]
    public void WhatIsWatchedLaterHasFieldsToo()
    {
        Observe("a", Active, "lag=1");
        Observe("b", Active, "lag=1");
        var client = Joined("a");
        _broadcaster.Change(client, new SubscriberChange(1), [], ["b"], mayHaveSeenNewer: false, refused: null);
        Assert.Equal("batch b", Take(client));
        Observe("b", Active, "lag=2");
        Assert.Equal("fields b Changed", Take(client));
        _broadcaster.Change(client, new SubscriberChange(2), ["b"], [], mayHaveSeenNewer: false, refused: null);
        Observe("b", Active, "lag=3");

        Assert.Equal("batch", Take(client));
        Assert.Null(Take(client));
    }

    [Fact]
    public void WhoHasLeftIsToldNothing()
    {
        Observe("a", Active, "lag=1");
        var client = Joined("a");
        _broadcaster.Unsubscribe(client);
        Observe("a", Active, "lag=2");

        Assert.Null(Take(client));
    }

    private Subscriber Joined(string id, bool wantsFields = true)
    {
        var client = _broadcaster.Subscribe([id], wantsFields: wantsFields);
        client.Begin();
        return client;
    }

    private void Observe(string id, PipelineStatus status, string fields) =>
        Receive(new PipelineReading(id, PipelineCondition.Ok, status) { Fields = Records.Fields(fields) });

    private void Receive(PipelineReading reading)
    {
        if (reading.Advance(_known.GetValueOrDefault(reading.PipelineId), Version(_sequence + 1), 1) is not { } record) return;
        _sequence++;
        _known[reading.PipelineId] = record;
        _broadcaster.Receive(Records.Update(record));
    }

    private static StatusVersion Version(long sequence) => new(Records.Epoch, sequence);

    private static string? Take(Subscriber client) => client.TryTake(out var delivery) ? Text(delivery) : null;

    private static string Text(StreamEvent delivery) => delivery.Kind switch
    {
        StreamEventKind.Update => $"{delivery.Record!.PipelineId} {delivery.PreviousStatus?.ToString() ?? "null"}->{delivery.Record.Status} {delivery.Fields}",
        StreamEventKind.FieldsUpdate => $"fields {delivery.Record!.PipelineId} {delivery.Fields}",
        StreamEventKind.Error => $"error {delivery.Record!.PipelineId}",
        _ => $"batch {(delivery.IsPartial ? "partial " : "")}{string.Join(' ', delivery.Records!.Select(record => record.PipelineId))}".TrimEnd(),
    };
}
