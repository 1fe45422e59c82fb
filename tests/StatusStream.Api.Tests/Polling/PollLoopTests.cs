using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Tests.Polling;

public sealed class PollLoopTests : IDisposable
{
    private readonly PollingRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Invariant1_OneLoop_EachWatchedPipelineIsReadOncePerIntervalForAnyNumberOfClients()
    {
        var ids = Enumerable.Range(0, 10).Select(i => $"p{i}").ToArray();
        for (var client = 0; client < 90; client++) _rig.Join(ids);
        _rig.PassIntervals(2);
        var before = ids.ToDictionary(id => id, _rig.Backend.ReadsOf, StringComparer.Ordinal);

        for (var interval = 1; interval <= 10; interval++)
        {
            _rig.PassIntervals(1);
            Assert.All(ids, id => Assert.Equal(before[id] + interval, _rig.Backend.ReadsOf(id)));
        }
    }

    [Fact]
    public void Invariant1_OneLoop_APipelineNobodyWatchesIsNotReadAfterThreeIntervals()
    {
        var client = _rig.Join("a");
        _rig.PassIntervals(5);
        _rig.Leave(client);
        var left = _rig.Now;
        var before = _rig.Backend.ReadsOf("a");
        _rig.PassIntervals(20);

        Assert.InRange(_rig.Backend.ReadsOf("a") - before, 2, 3);
        Assert.InRange(_rig.Backend.Reads[^1].At, left + PollingRig.Interval, left + (3 * PollingRig.Interval));
        Assert.Null(_rig.Broadcaster.OldestReadAge());
    }

    [Fact]
    public void Invariant1_OneLoop_PollsReadNothingTheLoopDoesNotRead()
    {
        _rig.Join("a");
        _rig.PassIntervals(3);
        var before = _rig.Backend.ReadsOf("a");
        for (var i = 0; i < 100; i++)
        {
            _rig.Do(() =>
            {
                _rig.WatchList.Add(["a"]);
                Assert.True(_rig.Broadcaster.PollAsync(["a"], CancellationToken.None).IsCompletedSuccessfully);
                _rig.WatchList.Remove(["a"]);
            });
        }

        _rig.PassIntervals(1);
        Assert.Equal(before + 1, _rig.Backend.ReadsOf("a"));
    }

    [Fact]
    public void Invariant8_OneBadPipeline_AHangingReadDelaysNoOther()
    {
        _rig.Backend.Hold("bad");
        _rig.Join("bad", "good");
        _rig.PassIntervals(20);

        Assert.Equal(1, _rig.Backend.ReadsOf("bad"));
        Assert.InRange(_rig.Backend.ReadsOf("good"), 20, 22);
        Assert.False(_rig.Backend.Overlapped);
    }

    [Fact]
    public void Invariant8_OneBadPipeline_EvenMoreHangingReadsThanSlotsDelayTheOthersByNoMoreThanAnInterval()
    {
        using var rig = new PollingRig(maxConcurrentReads: 2);
        string[] bad = ["bad1", "bad2", "bad3", "bad4"];
        foreach (var id in bad) rig.Backend.Hold(id);
        rig.Join([.. bad, "good"]);
        rig.PassIntervals(4);
        var before = rig.Backend.ReadsOf("good");
        rig.PassIntervals(10);

        Assert.Equal(before + 10, rig.Backend.ReadsOf("good"));
        Assert.All(bad, id => Assert.Equal(1, rig.Backend.ReadsOf(id)));
    }

    [Fact]
    public void Invariant8_OneBadPipeline_AFaultInReadingItHarmsOnlyItself()
    {
        _rig.Backend.Answers("bad", _ => throw new ArithmeticException("a fault of our own"));
        var client = _rig.Join("bad", "good");
        _rig.PassIntervals(5);

        Assert.InRange(_rig.Backend.ReadsOf("bad"), 5, 7);
        Assert.InRange(_rig.Backend.ReadsOf("good"), 5, 7);
        Assert.Equal("good", Assert.Single(client.Begin().Records!).PipelineId);
        Assert.True(client.TryTake(out var error));
        Assert.Equal((StreamEventKind.Error, "bad"), (error.Kind, error.Record!.PipelineId));
    }

    [Theory]
    [InlineData(PipelineCondition.Error)]
    [InlineData(PipelineCondition.Timeout)]
    public void Invariant5_Convergence_FailingReadsGoOnAtTheIntervalAndTheEndOfTheFaultIsTold(PipelineCondition fault)
    {
        var client = _rig.Join("a");
        _rig.PassIntervals(1);
        client.Begin();
        _rig.Backend.Fails("a", fault);
        _rig.PassIntervals(2);
        var before = _rig.Backend.ReadsOf("a");
        _rig.PassIntervals(10);
        Assert.Equal(before + 10, _rig.Backend.ReadsOf("a"));
        Assert.True(client.TryTake(out var error));
        Assert.Equal(StreamEventKind.Error, error.Kind);
        Assert.False(client.TryTake(out _));

        _rig.Backend.Answers("a", PipelineStatus.Stopped);
        _rig.PassIntervals(1);

        Assert.True(client.TryTake(out var update));
        Assert.Equal((PipelineStatus.Active, PipelineStatus.Stopped), (update.PreviousStatus, update.Record!.Status));
        Assert.True(client.TryTake(out var confirmation));
        Assert.Equal(StreamEventKind.Batch, confirmation.Kind);
        Assert.False(client.TryTake(out _));
    }

    [Fact]
    public void APipelineThatIsNoLongerThereIsReadEverLessOften()
    {
        _rig.Join("a");
        _rig.PassIntervals(1);
        _rig.Backend.Fails("a", PipelineCondition.NotFound);
        _rig.PassIntervals(1);
        var before = _rig.Backend.ReadsOf("a");

        _rig.PassIntervals(31); // 2 + 4 + 8 + 16 of them, and what is left of one

        Assert.Equal(before + 4, _rig.Backend.ReadsOf("a"));
    }

    [Fact]
    public void APipelineThatTheListShowsAgainIsReadAtOnce()
    {
        _rig.Backend.Listed = new HashSet<string>();
        _rig.Backend.Fails("a", PipelineCondition.NotFound);
        var client = _rig.Join("a");
        _rig.PassIntervals(20);
        client.Begin();
        Assert.True(client.TryTake(out _));
        Assert.Equal(1, _rig.Backend.ReadsOf("a"));

        _rig.Backend.Listed = new HashSet<string> { "a" };
        _rig.Backend.Answers("a", PipelineStatus.Active);
        _rig.PassIntervals(1);
        _rig.Pass(TimeSpan.FromMilliseconds(1));

        Assert.True(client.TryTake(out var update));
        Assert.Equal((StreamEventKind.Update, PipelineStatus.Active), (update.Kind, update.Record!.Status));
    }

    [Fact]
    public void AListThatShowsWhatIsNotThereMakesItReadOnce()
    {
        _rig.Backend.Listed = new HashSet<string> { "a" };
        _rig.Backend.Fails("a", PipelineCondition.NotFound);
        _rig.Join("a");

        _rig.PassIntervals(2);

        Assert.InRange(_rig.Backend.ReadsOf("a"), 2, 3); // the first, that of the list, and the next at twice the interval
    }

    [Fact]
    public void AnIdThatNobodyKnowsIsReadOnceAMinuteWhoeverAsks()
    {
        _rig.Backend.Listed = new HashSet<string>();
        _rig.Backend.Fails("made-up", PipelineCondition.NotFound);
        for (var i = 0; i < 50; i++)
        {
            var client = _rig.Join("made-up");
            _rig.Refresh("made-up");
            _rig.PassIntervals(2);
            _rig.Leave(client);
            _rig.PassIntervals(8); // longer than it is retained
        }

        Assert.True(_rig.Now > TimeSpan.FromSeconds(45));
        Assert.Equal(1, _rig.Backend.ReadsOf("made-up"));
    }

    [Fact]
    public void TheListIsNotReadForAnIdThatNobodyKnowsAndNobodyWatches()
    {
        _rig.Backend.Listed = new HashSet<string>();
        _rig.Backend.Fails("made-up", PipelineCondition.NotFound);
        var client = _rig.Join("made-up", "fine");
        _rig.PassIntervals(3);
        Assert.InRange(_rig.Backend.Lists, 2, 4);
        _rig.Leave(client);
        _rig.Join("fine");
        _rig.PassIntervals(5);
        var before = _rig.Backend.Lists;

        _rig.PassIntervals(20);

        Assert.Equal(before, _rig.Backend.Lists);
    }

    [Fact]
    public void WhoComesToAnIdThatNobodyKnowsIsToldSoWithoutARead()
    {
        _rig.Backend.Listed = new HashSet<string>();
        _rig.Backend.Fails("made-up", PipelineCondition.NotFound);
        _rig.Leave(_rig.Join("made-up"));
        _rig.PassIntervals(8);

        var client = _rig.Join("made-up");
        client.Begin();

        Assert.True(client.TryTake(out var error));
        Assert.Equal((StreamEventKind.Error, PipelineCondition.NotFound), (error.Kind, error.Record!.Condition));
        Assert.Equal(1, _rig.Backend.ReadsOf("made-up"));
    }

    [Fact]
    public void AFailingPipelineThatNoListShowsAndNobodyHasSeenIsReadOnceAMinute()
    {
        _rig.Backend.Listed = new HashSet<string>();
        _rig.Backend.Fails("made-up", PipelineCondition.Error);
        _rig.Join("made-up", "fine");
        _rig.PassIntervals(100);

        Assert.InRange(_rig.Backend.ReadsOf("made-up"), 1, 2);
        Assert.Equal(101, _rig.Backend.ReadsOf("fine"));
    }

    [Fact]
    public void Invariant5_Convergence_AChangeIsToldWithinAnInterval()
    {
        var client = _rig.Join("a", "b", "c");
        _rig.PassIntervals(3);
        client.Begin();
        PipelineStatus[] statuses = [PipelineStatus.Stopping, PipelineStatus.Stopped, PipelineStatus.Resuming, PipelineStatus.Active];
        for (var change = 0; change < 40; change++)
        {
            var id = client.PipelineIds[change % 3];
            var status = statuses[change / 3 % 4];
            _rig.Backend.Answers(id, status);
            _rig.PassIntervals(1);
            Assert.True(client.TryTake(out var update));
            Assert.Equal((id, status), (update.Record!.PipelineId, update.Record.Status));
            Assert.False(client.TryTake(out _));
        }
    }

    [Fact]
    public void RetryAfterHoldsReadsOffAndTheStatusConvergesAfterIt()
    {
        var client = _rig.Join("a");
        _rig.PassIntervals(1);
        client.Begin();
        _rig.Backend.Fails("a", PipelineCondition.Error, retryAfter: TimeSpan.FromSeconds(1));
        _rig.PassIntervals(1);
        _rig.Backend.Answers("a", PipelineStatus.Failed);
        var before = _rig.Backend.ReadsOf("a");

        _rig.PassIntervals(8);
        Assert.Equal(before, _rig.Backend.ReadsOf("a"));

        _rig.PassIntervals(2);
        Assert.True(client.TryTake(out _));
    }

    [Fact]
    public void ANewPipelineIsReadAtOnceAndNotOnlyWithTheNextSweep()
    {
        _rig.PassIntervals(3);
        _rig.Pass(TimeSpan.FromMilliseconds(37));
        var client = _rig.Join("a");

        Assert.True(client.IsFirstBatchDue);
        Assert.Equal(1, _rig.Backend.ReadsOf("a"));
    }

    [Fact]
    public void LookNowIsHonouredForWhatIsWatchedAndPassedOverForTheRest()
    {
        using var rig = new PollingRig(interval: TimeSpan.FromSeconds(10));
        var client = rig.Join("a");
        client.Begin();
        rig.Pass(TimeSpan.FromMilliseconds(300));
        rig.Backend.Answers("a", PipelineStatus.Paused);
        rig.Refresh("a", "stranger");

        Assert.Equal(2, rig.Backend.Reads.Count);
        Assert.True(client.TryTake(out var update));
        Assert.Equal(PipelineStatus.Paused, update.Record!.Status);

        rig.Backend.Answers("a", PipelineStatus.Active);
        rig.Refresh("a");
        Assert.False(client.TryTake(out _));
        rig.Pass(TimeSpan.FromMilliseconds(250));
        Assert.True(client.TryTake(out _));
        Assert.Equal(3, rig.Backend.Reads.Count);
    }

    [Fact]
    public void AForgottenPipelineLeavesTheCacheAndComesBackWithAReadOfItsOwn()
    {
        var client = _rig.Join("a");
        _rig.PassIntervals(1);
        _rig.Leave(client);
        _rig.PassIntervals(6);
        Assert.Null(_rig.Broadcaster.OldestReadAge());

        _rig.Backend.Hold("a");
        _rig.Backend.Answers("a", PipelineStatus.Terminated);
        var again = _rig.Join("a");
        Assert.False(again.IsFirstBatchDue);
        _rig.Do(() => _rig.Backend.Release("a"));

        Assert.True(again.IsFirstBatchDue);
        Assert.Equal(PipelineStatus.Terminated, Assert.Single(again.Begin().Records!).Status);
    }

    [Fact]
    public void WatchedAgainInAnyMillisecondOfBeingForgottenItIsNeverLost()
    {
        for (var wait = 280; wait <= 420; wait++)
        {
            using var rig = new PollingRig();
            var client = rig.Join("a");
            rig.PassIntervals(2);
            rig.Leave(client);
            rig.Pass(TimeSpan.FromMilliseconds(wait));
            rig.Backend.Answers("a", PipelineStatus.Failed);
            var again = rig.Join("a");
            var told = again.Begin().Records!.SingleOrDefault()?.Status;
            rig.PassIntervals(2);
            if (again.TryTake(out var update)) told = update.Record!.Status;

            Assert.True(told == PipelineStatus.Failed, $"told {told} when watched again after {wait} ms");
            rig.PassIntervals(5);
            var before = rig.Backend.ReadsOf("a");
            rig.PassIntervals(3);
            Assert.Equal(before + 3, rig.Backend.ReadsOf("a"));
        }
    }

    [Fact]
    public void AnEpisodeIsLoggedWithTheAddress()
    {
        _rig.Backend.Answers("a", id => new PipelineReading(id, PipelineCondition.NotFound, Reason: "404") { Address = "http://backend/pipeline/a/health" });
        _rig.Join("a");
        _rig.PassIntervals(1);

        var messages = _rig.Logger.Collector.GetSnapshot().Select(record => record.Message);
        Assert.Contains("Pipeline a cannot be read: 404 (GET http://backend/pipeline/a/health)", messages);
    }

    [Fact]
    public void AnEpisodeIsLoggedWhenItBeginsAndWhenItEnds()
    {
        _rig.Join("a");
        _rig.PassIntervals(1);
        _rig.Backend.Fails("a", PipelineCondition.Error);
        _rig.PassIntervals(5);
        _rig.Backend.Fails("a", PipelineCondition.Timeout);
        _rig.PassIntervals(5);
        _rig.Backend.Answers("a", PipelineStatus.Active);
        _rig.PassIntervals(5);

        var messages = _rig.Logger.Collector.GetSnapshot()
            .Where(record => record.Level >= Microsoft.Extensions.Logging.LogLevel.Information)
            .Select(record => record.Message);
        Assert.Equal(
            [
                "Pipeline a cannot be read: scripted",
                "The backend answers nothing (pipelines that fail: 1): one read in a hundred goes on until one succeeds",
                "Pipeline a can be read again",
                "The backend answers again: everything is read within one interval",
            ],
            messages);
    }
}
