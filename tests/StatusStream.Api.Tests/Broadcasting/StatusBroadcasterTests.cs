using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Broadcasting;

public class StatusBroadcasterTests
{
    private static readonly PollCadence Cadence = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));

    private readonly FakeTimeProvider _clock = new();
    private readonly StatusBroadcaster _broadcaster;

    public StatusBroadcasterTests() => _broadcaster = new StatusBroadcaster(Cadence, _clock, PipeScheduler.Inline);

    [Fact]
    public void Invariant6_NoHole_AChangeIsEitherInTheSnapshotOrFollowsIt()
    {
        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Active, 1)));
        var client = _broadcaster.Subscribe(["a"]);
        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Paused, 2)));

        Assert.Equal(PipelineStatus.Paused, Assert.Single(client.Begin().Records!).Status);
        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Stopped, 3)));
        Assert.True(client.TryTake(out var update));
        Assert.Equal(PipelineStatus.Stopped, update.Record!.Status);
    }

    [Fact]
    public async Task Invariant6_NoHole_SubscribersThatComeWhileStatusesChangeMissNone()
    {
        const int Changes = 6_000;
        string[] ids = ["a", "b"];
        using var together = new Barrier(3); // on a busy machine one could be over before another begins
        var publishing = Task.Run(() =>
        {
            together.SignalAndWait();
            for (var i = 1; i <= Changes; i++)
                _broadcaster.Receive(Records.Update(Records.Fine(ids[i % 2], (PipelineStatus)(1 + (i / 2 % 7)), i)));
        });

        var joiners = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            var joined = new List<(Subscriber Client, Dictionary<string, PipelineStatus> View)>();
            together.SignalAndWait();
            do
            {
                var client = _broadcaster.Subscribe(ids);
                var view = client.Begin().Records!.ToDictionary(record => record.PipelineId, record => record.Status!.Value, StringComparer.Ordinal);
                joined.Add((client, view));
                if (joined.Count > 20)
                {
                    _broadcaster.Unsubscribe(joined[0].Client);
                    joined.RemoveAt(0);
                }
            }
            while (!publishing.IsCompleted);

            return joined;
        })).ToArray();

        await publishing.Soon();
        foreach (var joined in await Task.WhenAll(joiners).Soon())
        {
            Assert.NotEmpty(joined);
            foreach (var (client, view) in joined)
            {
                while (client.TryTake(out var update))
                {
                    PipelineStatus? before = view.TryGetValue(update.Record!.PipelineId, out var told) ? told : null;
                    Assert.Equal(before, update.PreviousStatus);
                    view[update.Record.PipelineId] = update.Record.Status!.Value;
                }

                Assert.Equal((PipelineStatus)(1 + (Changes / 2 % 7)), view["a"]);
                Assert.Equal((PipelineStatus)(1 + ((Changes - 1) / 2 % 7)), view["b"]);
            }
        }
    }

    [Fact]
    public void WhoHasLeftIsToldNothingAndTheOthersStillAre()
    {
        var clients = Enumerable.Range(0, 5).Select(_ => _broadcaster.Subscribe(["a", "b"])).ToArray();
        foreach (var client in clients) client.Begin();
        foreach (var leaver in new[] { 0, 4, 2 }) _broadcaster.Unsubscribe(clients[leaver]);
        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Active, 1), Records.Fine("b", PipelineStatus.Paused, 2)));

        for (var i = 0; i < clients.Length; i++)
        {
            Assert.Equal(i is 1 or 3, clients[i].TryTake(out _));
            Assert.Equal(i is 1 or 3, clients[i].TryTake(out _));
        }
    }

    [Fact]
    public void OnlyThoseWhoWatchAPipelineAreToldOfIt()
    {
        var client = _broadcaster.Subscribe(["a"]);
        client.Begin();
        _broadcaster.Receive(Records.Update(Records.Fine("b", PipelineStatus.Active, 1)));

        Assert.False(client.TryTake(out _));
    }

    [Fact]
    public async Task AReadYoungerThanTwoIntervalsAnswersAPollAtOnce()
    {
        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Active, 1)));
        _clock.Advance(TimeSpan.FromSeconds(4));

        var poll = _broadcaster.PollAsync(["a"], CancellationToken.None);

        Assert.True(poll.IsCompletedSuccessfully);
        var answer = Assert.Single(await poll);
        Assert.Equal((true, PipelineStatus.Active), (answer.IsFresh, answer.Record!.Status));
    }

    [Fact]
    public async Task AnOlderReadMakesThePollWaitForTheNextOne()
    {
        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Active, 1)));
        _clock.Advance(TimeSpan.FromSeconds(4) + TimeSpan.FromTicks(1));
        var poll = _broadcaster.PollAsync(["a"], CancellationToken.None);
        Assert.False(poll.IsCompleted);

        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Paused, 2)));

        Assert.Equal(PipelineStatus.Paused, Assert.Single(await poll.Soon()).Record!.Status);
    }

    [Fact]
    public async Task AReadThatOnlyConfirmsEndsTheWaitAsWell()
    {
        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Active, 1)));
        _clock.Advance(TimeSpan.FromSeconds(5));
        var poll = _broadcaster.PollAsync(["a"], CancellationToken.None);
        _broadcaster.Receive(Records.Confirmation(1, "a"));

        Assert.True(Assert.Single(await poll.Soon()).IsFresh);
    }

    [Fact]
    public async Task APollWaitsForAllOfItsPipelines()
    {
        var poll = _broadcaster.PollAsync(["a", "b"], CancellationToken.None);
        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Active, 1)));
        Assert.False(poll.IsCompleted);
        _broadcaster.Receive(Records.Update(Records.Failing("b", PipelineCondition.Timeout, 2)));

        var answer = await poll.Soon();
        Assert.Equal([("a", true), ("b", false)], answer.Select(pipeline => (pipeline.PipelineId, pipeline.IsFresh)));
    }

    [Fact]
    public async Task APollWaitsAtMostOneIntervalAndOneReadAndLeavesNothingBehind()
    {
        var poll = _broadcaster.PollAsync(["a"], CancellationToken.None);
        _clock.Advance(Cadence.Interval + Cadence.RequestTimeout);

        Assert.Null(Assert.Single(await poll.Soon()).Record);
        Assert.Equal(0, _broadcaster.WaitingPolls);
    }

    [Fact]
    public async Task APollThatIsGivenUpLeavesNothingBehind()
    {
        using var caller = new CancellationTokenSource();
        var patient = _broadcaster.PollAsync(["a", "b"], CancellationToken.None);
        var poll = _broadcaster.PollAsync(["a"], caller.Token);
        Assert.Equal(3, _broadcaster.WaitingPolls);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll.Soon());

        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Active, 1), Records.Fine("b", PipelineStatus.Active, 2)));
        await patient.Soon();
        Assert.Equal(0, _broadcaster.WaitingPolls);
    }

    [Fact]
    public void OneWhoMayHaveSeenSomethingNewerWaitsForReadsAloneAndIsToldThemInAnEpochOfItsOwnUntilTheLast()
    {
        var seen = new StatusVersion(0xbeef, 7);
        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Active, 1), Records.Fine("b", PipelineStatus.Active, 2)));
        var client = _broadcaster.Subscribe(["a", "b"], seen);
        Assert.False(client.IsFirstBatchDue);
        Assert.Equal(2, _broadcaster.Subscribe(["a", "b"]).Begin().Records!.Count);
        var batch = client.Begin();
        Assert.Equal(seen, batch.Version);
        Assert.Empty(batch.Records!);

        _broadcaster.Replace(
            new StatusVersion(Records.Epoch, 3), [new AgedRecord(Records.Fine("a", PipelineStatus.Paused, 3), TimeSpan.Zero)], new HashSet<string>(["b"]));
        Assert.False(client.TryTake(out _));

        _broadcaster.Receive(Records.Confirmation(4, "a"));
        Assert.True(client.TryTake(out var first));
        Assert.Equal((StreamEventKind.Batch, 1, PipelineStatus.Paused), (first.Kind, first.Version.Sequence, Assert.Single(first.Records!).Status));
        Assert.DoesNotContain(first.Version.Epoch, new[] { seen.Epoch, Records.Epoch });

        _broadcaster.Receive(Records.Confirmation(5, "b"));
        Assert.True(client.TryTake(out var last));
        Assert.Equal((StreamEventKind.Update, new StatusVersion(Records.Epoch, 5)), (last.Kind, last.Version));
    }

    [Fact]
    public void OneWhoHasSeenMoreOfThisEpochIsToldNoReadThatWasOnItsWayMeanwhile()
    {
        var seen = new StatusVersion(Records.Epoch, 16);
        var client = _broadcaster.Subscribe(["a", "b"], seen);
        client.Begin();

        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Stopping, 15)));
        _broadcaster.Receive(Records.Confirmation(15, "a"));
        Assert.False(client.TryTake(out _));

        _broadcaster.Receive(Records.Confirmation(16, "a"));
        _broadcaster.Receive(Records.Update(Records.Fine("b", PipelineStatus.Failed, 17)));

        Assert.True(client.TryTake(out var first));
        Assert.Equal(PipelineStatus.Stopping, Assert.Single(first.Records!).Status);
        Assert.True(client.TryTake(out var second));
        Assert.Equal((PipelineStatus.Failed, new StatusVersion(Records.Epoch, 17)), (second.Record!.Status, second.Version));
    }

    [Fact]
    public void AForgottenPipelineIsUnknownAgain()
    {
        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Active, 1)));
        _broadcaster.Receive(Records.Forgetting(1, "a"));

        Assert.Empty(_broadcaster.Subscribe(["a"]).Begin().Records!);
        Assert.Null(_broadcaster.OldestReadAge());
    }

    [Fact]
    public void TheAgeOfTheOldestReadIsThatOfThePipelineThatWaitedLongest()
    {
        _broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Active, 1)));
        _clock.Advance(TimeSpan.FromSeconds(1));
        _broadcaster.Receive(Records.Update(Records.Fine("b", PipelineStatus.Active, 2)));
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(3), _broadcaster.OldestReadAge());
    }
}
