using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Diagnostics;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;
using PipelineAspire.StatusStream.Tests.Polling;

namespace PipelineAspire.StatusStream.Tests.Diagnostics;

/// <summary>The trace of a change on its way from the read that found it to the streams.</summary>
[Collection(TracingCollection.Name)]
public sealed class ChangeTraceTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    private readonly PollingRig _rig = new(interval: Long);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void AChangeIsOneTraceFromTheReadToTheStreams()
    {
        Watch("orders");
        using var recorder = new ActivityRecorder();

        Change("orders", PipelineStatus.Paused);

        Assert.Equal(["read the backend", "deliver to streams", "publish", "orders → paused"], recorder.Ended.Select(activity => activity.DisplayName));
        var change = recorder.Single("orders → paused");
        var publish = recorder.Single("publish");
        Assert.All(recorder.Ended, activity => Assert.Equal(change.TraceId, activity.TraceId));
        Assert.Equal(default, change.ParentSpanId);
        Assert.Equal(change.SpanId, recorder.Single("read the backend").ParentSpanId);
        Assert.Equal(change.SpanId, publish.ParentSpanId);
        Assert.Equal(publish.SpanId, recorder.Single("deliver to streams").ParentSpanId);
        Assert.Equal(publish.Id, _rig.Updates[^1].TraceParent);
    }

    [Fact]
    public void ItSaysWhatChangedAndBeginsWithTheRead()
    {
        Watch("orders");
        using var recorder = new ActivityRecorder();
        _rig.Backend.Answers("orders", PipelineStatus.Paused);
        _rig.Backend.Hold("orders");
        _rig.Refresh("orders");
        var began = _rig.Clock.GetUtcNow().UtcDateTime;
        _rig.Pass(TimeSpan.FromMilliseconds(40));
        _rig.Do(() => _rig.Backend.Release("orders"));

        var change = recorder.Single("orders → paused");
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["pipeline.id"] = "orders",
                ["pipeline.status"] = "paused",
                ["pipeline.previous_status"] = "active",
                ["pipeline.condition"] = "Ok",
                ["pipeline.version"] = _rig.Updates[^1].Version.ToString(),
            },
            change.TagObjects.ToDictionary());
        Assert.Equal(began, change.StartTimeUtc);
        var read = recorder.Single("read the backend");
        Assert.Equal((began, TimeSpan.FromMilliseconds(40)), (read.StartTimeUtc, read.Duration));
    }

    [Fact]
    public void ThePipelineThatCannotBeReadIsAChangeToo()
    {
        Watch("orders");
        using var recorder = new ActivityRecorder();
        _rig.Backend.Fails("orders", PipelineCondition.Timeout);
        _rig.Refresh("orders");

        Assert.Equal(["orders → Timeout"], recorder.Roots);
    }

    [Fact]
    public void ReadsThatFindNothingNewAreNotTraced()
    {
        Watch("orders");
        using var recorder = new ActivityRecorder();
        _rig.Refresh("orders");

        Assert.Equal(["orders"], _rig.Updates[^1].Confirmed);
        Assert.Empty(recorder.Ended);
    }

    [Fact]
    public void ChangesWithinATenthOfASecondAreOneTrace()
    {
        Watch("a", "b", "c", "d");
        using var recorder = new ActivityRecorder();

        Change("a", PipelineStatus.Paused);
        Assert.NotNull(_rig.Updates[^1].TraceParent);
        Change("b", PipelineStatus.Paused);
        Assert.Null(_rig.Updates[^1].TraceParent);
        _rig.Pass(ChangeTrace.MinInterval - TimeSpan.FromMilliseconds(1));
        Change("c", PipelineStatus.Paused);
        Assert.Null(_rig.Updates[^1].TraceParent);
        _rig.Pass(TimeSpan.FromMilliseconds(1));
        Change("d", PipelineStatus.Paused);

        Assert.Equal(["a → paused", "d → paused"], recorder.Roots);
        Assert.Equal(2, recorder.Ended.Select(activity => activity.TraceId).Distinct().Count());
    }

    [Fact]
    public void ChangesOfOneUpdateAreOneTrace()
    {
        using var recorder = new ActivityRecorder();
        Watch("a", "b", "c");

        var changed = Assert.Single(_rig.Updates, update => update.Changed.Count > 0).Changed;
        Assert.Equal(3, changed.Count);
        Assert.Equal([$"{changed[0].PipelineId} → active"], recorder.Roots);
    }

    [Fact]
    public void ReadsThatBeginAfterATracedChangeAreNoPartOfIt()
    {
        var seen = new List<Activity?>();
        _rig.Backend.Answers("b", id =>
        {
            seen.Add(Activity.Current);
            return Records.Reading(id, PipelineStatus.Active);
        });
        Watch("a", "b");
        using var recorder = new ActivityRecorder();
        Change("a", PipelineStatus.Paused);
        seen.Clear();

        _rig.Refresh("b");
        _rig.Pass(Long);

        Assert.Equal(["a → paused"], recorder.Roots);
        Assert.Equal([null, null], seen);
    }

    [Fact]
    public void WithoutAListenerNoUpdateSaysAnythingOfATrace()
    {
        Watch("orders");
        Change("orders", PipelineStatus.Paused);

        Assert.False(ChangeTrace.IsOn);
        Assert.All(_rig.Updates, update => Assert.Null(update.TraceParent));
    }

    [Fact]
    public void WithoutAListenerNothingIsAllocatedForATrace()
    {
        Pass();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var time = 0; time < 100; time++) Pass();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Pass()
        {
            using var change = ChangeTrace.IsOn ? throw new InvalidOperationException("Somebody listens.") : (Activity?)null;
            using var publish = ChangeTrace.Publish(change);
            using var delivery = ChangeTrace.Deliver(publish?.Id);
        }
    }

    [Fact]
    public void AnotherReplicaDeliversAsPartOfTheSameTraceWhateverItIsDoing()
    {
        Watch("orders");
        using var recorder = new ActivityRecorder();
        Change("orders", PipelineStatus.Paused);
        var received = RedisMessages.ReadUpdate(RedisMessages.Write(_rig.Updates[^1]));
        var other = new StatusBroadcaster(new PollCadence(Long, Long), new FakeTimeProvider(), PipeScheduler.Inline);

        using var busy = new Activity("a request of that replica").Start();
        other.Receive(received);
        Assert.Same(busy, Activity.Current);

        var delivery = recorder.Ended[^1];
        var publish = recorder.Single("publish");
        Assert.Equal("deliver to streams", delivery.DisplayName);
        Assert.Equal((publish.TraceId, publish.SpanId), (delivery.TraceId, delivery.ParentSpanId));
        Assert.True(delivery.HasRemoteParent);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    public void AnUpdateWithoutASensibleTraceIsDeliveredWithoutOne(string? traceParent)
    {
        using var recorder = new ActivityRecorder();
        var broadcaster = new StatusBroadcaster(new PollCadence(Long, Long), new FakeTimeProvider(), PipeScheduler.Inline);

        broadcaster.Receive(Records.Update(Records.Fine("orders", PipelineStatus.Paused, 1)) with { TraceParent = traceParent });

        Assert.Equal("orders", Assert.Single(broadcaster.Known()).Record.PipelineId);
        Assert.Empty(recorder.Ended);
    }

    /// <summary>Pipelines that have been read, long enough ago to be looked at anew.</summary>
    private void Watch(params string[] pipelineIds)
    {
        _rig.Join(pipelineIds);
        _rig.Pass(TimeSpan.FromSeconds(1));
    }

    /// <summary>A change that is found at once.</summary>
    private void Change(string pipelineId, PipelineStatus status)
    {
        _rig.Backend.Answers(pipelineId, status);
        _rig.Refresh(pipelineId);
    }
}
