using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Streaming;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming;

public class StreamSessionTests
{
    private const string EmptyBatch =
        "event: batch_update\nid: 0000000000000000-0\ndata: {\"type\":\"batch_update\",\"timestamp\":1764000003000,\"updates\":[]}\n\n";

    [Fact]
    public void TheFirstBatchGoesOutAtOnceWhenEverythingIsKnown()
    {
        using var rig = new SessionRig("a");
        rig.Observe("a", PipelineStatus.Active, 1);
        rig.Start();

        Assert.Equal(
            "event: batch_update\nid: 7f3a9c0d12e4b85f-1\ndata: " +
            "{\"type\":\"batch_update\",\"timestamp\":1764000000000,\"updates\":[{\"pipelineId\":\"a\",\"status\":\"active\"}]}\n\n",
            rig.Read());
    }

    [Fact]
    public void TheFirstBatchGoesOutAsSoonAsTheLastPipelineWasRead()
    {
        using var rig = new SessionRig("a", "b");
        rig.Observe("a", PipelineStatus.Active, 1);
        rig.Start();
        Assert.Equal("", rig.Read());
        rig.Observe("b", PipelineStatus.Active, 2);

        Assert.Contains("\"pipelineId\":\"b\"", rig.Read(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheFirstBatchWaitsForOneReadAtMostAndIsSentEvenWhenEmpty()
    {
        using var rig = new SessionRig("a");
        rig.Start();
        rig.Pass(TimeSpan.FromSeconds(3) - TimeSpan.FromMilliseconds(1));
        Assert.Equal("", rig.Read());
        rig.Pass(TimeSpan.FromMilliseconds(1));

        Assert.Equal(EmptyBatch, rig.Read());
        rig.Observe("a", PipelineStatus.Active, 1);
        Assert.Contains("\"status\":\"active\"}\n\n", rig.Read(), StringComparison.Ordinal);
    }

    [Fact]
    public void AChangeIsWrittenTheMomentItIsKnown()
    {
        using var rig = Open("a");
        rig.Observe("a", PipelineStatus.Paused, 2);

        Assert.Equal(
            "event: status_update\nid: 7f3a9c0d12e4b85f-2\ndata: " +
            "{\"type\":\"status_update\",\"timestamp\":1,\"pipelineId\":\"a\",\"status\":\"paused\",\"previousStatus\":\"active\"}\n\n",
            rig.Read());
    }

    [Fact]
    public void ABeatIsWrittenOnce()
    {
        using var rig = Open("a");
        rig.Do(rig.Session.SendHeartbeat);

        Assert.Equal("event: heartbeat\ndata: {\"type\":\"heartbeat\",\"timestamp\":1764000000000}\n\n", rig.Read());
        Assert.Equal("", rig.Read());
    }

    [Fact]
    public void DrainingTellsWhatIsStillToBeToldAndThenWhyTheStreamEnds()
    {
        using var rig = Open("a");
        rig.Do(() =>
        {
            rig.Broadcaster.Receive(Records.Update(Records.Fine("a", PipelineStatus.Paused, 2)));
            rig.Session.Drain();
        });

        var last = rig.Read();
        Assert.StartsWith("event: status_update\n", last, StringComparison.Ordinal);
        Assert.EndsWith("\"code\":\"server_draining\"}\n\n", last, StringComparison.Ordinal);
        Assert.True(rig.Running.IsCompletedSuccessfully);
    }

    [Fact]
    public void DrainingDoesNotWaitForTheFirstBatch()
    {
        using var rig = new SessionRig("a");
        rig.Start();
        rig.Do(rig.Session.Drain);

        Assert.True(rig.Running.IsCompletedSuccessfully);
        Assert.Matches("^event: batch_update\n[^\0]*server_draining", rig.Read());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AClientThatLeavesEndsTheStream(bool beforeTheBatch)
    {
        using var rig = beforeTheBatch ? new SessionRig("a") : Open("a");
        if (beforeTheBatch) rig.Start();
        rig.Abort();

        Assert.True(rig.Running.IsCompleted);
    }

    [Fact]
    public async Task Invariant9_SlowClients_AWriteThatIsBlockedForTenSecondsEndsTheStream()
    {
        using var rig = OpenWide(out var sequence);
        FlipUntilBlocked(rig, ref sequence);
        rig.Pass(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
        Assert.False(rig.Running.IsCompleted);
        rig.Pass(TimeSpan.FromMilliseconds(1));

        await Assert.ThrowsAsync<SlowClientException>(() => rig.Running.Soon());
    }

    [Fact]
    public void Invariant9_SlowClients_OneThatReadsAgainInTimeGetsTheLatestOfEverything()
    {
        using var rig = OpenWide(out var sequence);
        FlipUntilBlocked(rig, ref sequence);
        foreach (var id in rig.Subscriber.PipelineIds) rig.Observe(id, PipelineStatus.Failed, ++sequence);
        rig.Pass(TimeSpan.FromSeconds(9));

        var all = "";
        for (var text = rig.Read(); text.Length > 0; text = rig.Read()) all += text;

        foreach (var id in rig.Subscriber.PipelineIds)
        {
            var last = all.LastIndexOf($"\"pipelineId\":\"{id}\"", StringComparison.Ordinal);
            Assert.StartsWith($"\"pipelineId\":\"{id}\",\"status\":\"failed\"", all[last..], StringComparison.Ordinal);
        }

        Assert.False(rig.Running.IsCompleted);
        rig.Pass(TimeSpan.FromMinutes(1));
        Assert.False(rig.Running.IsCompleted);
    }

    [Fact]
    public void Invariant9_SlowClients_NoMoreThanTheBufferAndAPieceIsEverWrittenAhead()
    {
        using var rig = OpenWide(out var sequence);
        FlipUntilBlocked(rig, ref sequence);

        Assert.InRange(rig.Read().Length, SessionRig.BufferBytes, SessionRig.BufferBytes + (10 * 1024));
    }

    private static SessionRig Open(params string[] ids)
    {
        var rig = new SessionRig(ids);
        var sequence = 0L;
        foreach (var id in ids) rig.Observe(id, PipelineStatus.Active, ++sequence);
        rig.Start();
        Assert.StartsWith("event: batch_update\n", rig.Read(), StringComparison.Ordinal);
        return rig;
    }

    private static SessionRig OpenWide(out long sequence)
    {
        var rig = Open([.. Enumerable.Range(0, 100).Select(i => $"pipeline-{i}")]);
        while (rig.Read().Length > 0)
        {
        }

        sequence = 100;
        return rig;
    }

    /// <summary>Far more than a pipe takes.</summary>
    private static void FlipUntilBlocked(SessionRig rig, ref long sequence)
    {
        for (var flip = 0; flip < 10; flip++)
        {
            foreach (var id in rig.Subscriber.PipelineIds) rig.Observe(id, flip % 2 == 0 ? PipelineStatus.Paused : PipelineStatus.Active, ++sequence);
        }

        Assert.True(rig.Subscriber.Conflated > 0);
    }
}
