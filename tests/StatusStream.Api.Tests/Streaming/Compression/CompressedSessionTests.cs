using System.Text;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Streaming;
using PipelineAspire.StatusStream.Streaming.Compression;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Streaming.Compression;

/// <summary>A stream as its client decodes it, event by event, beside the same stream as it is.</summary>
public sealed class CompressedSessionTests : IDisposable
{
    private readonly Gunzip _client = new();

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData(StreamCompression.Snapshot, 3)]
    [InlineData(StreamCompression.Snapshot, 700)]
    [InlineData(StreamCompression.All, 3)]
    [InlineData(StreamCompression.All, 700)]
    public void EveryEventIsReadAsSoonAsItHasArrivedAndSaysWhatThePlainStreamSays(StreamCompression compression, int pipelines)
    {
        var ids = Ids(pipelines);
        using var rig = Open(compression, ids);
        using var plain = Open(StreamCompression.Off, ids);

        Assert.Equal(ReadAll(plain), Decode(rig));
        foreach (var each in new[] { rig, plain }) each.Observe(ids[1], PipelineStatus.Paused, 1001);
        Assert.Contains("\"previousStatus\":\"active\"", Same(), StringComparison.Ordinal);
        foreach (var each in new[] { rig, plain }) each.Do(each.Session.SendHeartbeat);
        Assert.StartsWith("event: heartbeat", Same(), StringComparison.Ordinal);
        var gone = Records.Update(Records.Failing(ids[2], PipelineCondition.NotFound, 1002));
        foreach (var each in new[] { rig, plain }) each.Do(() => each.Broadcaster.Receive(gone));
        Assert.Contains("pipeline_not_found", Same(), StringComparison.Ordinal);

        string Same()
        {
            var expected = ReadAll(plain);
            Assert.Equal(expected, Decode(rig));
            return expected;
        }
    }

    [Theory]
    [InlineData(StreamCompression.Snapshot)]
    [InlineData(StreamCompression.All)]
    public void AtARegularEndAStrictDecoderHasSeenAWholeMember(StreamCompression compression)
    {
        using var rig = Open(compression, Ids(100));
        Decode(rig);
        rig.Do(() =>
        {
            rig.Broadcaster.Receive(Records.Update(Records.Fine("pipeline-1", PipelineStatus.Paused, 1001)));
            rig.Session.Drain();
        });

        Assert.EndsWith("\"code\":\"server_draining\"}\n\n", Decode(rig), StringComparison.Ordinal);
        Assert.True(rig.Running.IsCompletedSuccessfully);
        _client.End();
        Assert.True(_client.IsAtEnd);
    }

    [Fact]
    public void InModeSnapshotABatchIsCompressedAndTheRestPassesAsItIs()
    {
        using var rig = Open(StreamCompression.Snapshot, Ids(500));
        var batch = rig.ReadBytes();

        Assert.True(batch.Length < 3000, $"{batch.Length} bytes.");
        Assert.Contains("\"type\":\"batch_update\"", Encoding.UTF8.GetString(batch), StringComparison.Ordinal); // its head is this stream's own
        rig.Observe("pipeline-1", PipelineStatus.Paused, 1001);
        var update = rig.ReadBytes();
        Assert.Equal("event: status_update\n", Encoding.UTF8.GetString(update.AsSpan(5, 21)));
    }

    [Fact]
    public void InModeAllAnEventIsShorterThanPlain()
    {
        using var rig = Open(StreamCompression.All, Ids(3));
        rig.ReadBytes();
        rig.Observe("pipeline-1", PipelineStatus.Paused, 1001);
        var update = rig.ReadBytes();
        using var plain = Open(StreamCompression.Off, Ids(3));
        plain.ReadBytes();
        plain.Observe("pipeline-1", PipelineStatus.Paused, 1001);

        Assert.InRange(update.Length, 1, plain.ReadBytes().Length * 9 / 10);
    }

    [Theory]
    [InlineData(StreamCompression.Snapshot)]
    [InlineData(StreamCompression.All)]
    public void WhatIsOneStreamsOwnIsNeverCompressed(StreamCompression compression)
    {
        using var rig = Open(compression, Ids(3));
        rig.ReadBytes();
        rig.Do(rig.Session.SendHeartbeat);
        Assert.StartsWith("event: heartbeat\n", Encoding.UTF8.GetString(rig.ReadBytes()[5..]), StringComparison.Ordinal);
        rig.Do(() => rig.Session.Drain());

        Assert.StartsWith("event: error\n", Encoding.UTF8.GetString(rig.ReadBytes()[5..]), StringComparison.Ordinal);
    }

    [Fact]
    public void Invariant9_SlowClients_NoMoreThanTheBufferAndAPieceIsEverWrittenAhead()
    {
        using var rig = Open(StreamCompression.All, Ids(100));
        rig.ReadBytes();
        FlipUntilBlocked(rig);

        Assert.InRange(rig.ReadBytes().Length, SessionRig.BufferBytes, SessionRig.BufferBytes + (10 * 1024));
    }

    [Theory]
    [InlineData(StreamCompression.Snapshot)]
    [InlineData(StreamCompression.All)]
    public void Invariant9_SlowClients_OneThatReadsAgainInTimeGetsTheLatestOfEverything(StreamCompression compression)
    {
        using var rig = Open(compression, Ids(100));
        Decode(rig);
        var sequence = FlipUntilBlocked(rig);
        foreach (var id in rig.Subscriber.PipelineIds) rig.Observe(id, PipelineStatus.Failed, ++sequence);
        rig.Pass(TimeSpan.FromSeconds(9));

        var all = Decode(rig);
        foreach (var id in rig.Subscriber.PipelineIds)
        {
            var last = all.LastIndexOf($"\"pipelineId\":\"{id}\"", StringComparison.Ordinal);
            Assert.StartsWith($"\"pipelineId\":\"{id}\",\"status\":\"failed\"", all[last..], StringComparison.Ordinal);
        }

        Assert.False(rig.Running.IsCompleted);
    }

    [Fact]
    public async Task Invariant9_SlowClients_OneThatIsBlockedInTheMiddleOfABatchIsCutOff()
    {
        var ids = Enumerable.Range(0, 2000).Select(i => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(i)))).ToArray();
        using var rig = Open(StreamCompression.Snapshot, ids);
        Assert.InRange(rig.ReadBytes().Length, SessionRig.BufferBytes, SessionRig.BufferBytes + (10 * 1024));
        rig.Pass(StreamSession.WriteTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(rig.Running.IsCompleted); // what was read made room for more
        rig.Pass(TimeSpan.FromMilliseconds(1));

        await Assert.ThrowsAsync<SlowClientException>(() => rig.Running.Soon());
    }

    private static string[] Ids(int count) => [.. Enumerable.Range(0, count).Select(i => $"pipeline-{i}")];

    private static SessionRig Open(StreamCompression compression, string[] ids)
    {
        var rig = new SessionRig(compression, ids);
        var sequence = 0L;
        foreach (var id in ids) rig.Observe(id, PipelineStatus.Active, ++sequence);
        rig.Start();
        return rig;
    }

    private static string ReadAll(SessionRig rig)
    {
        var all = "";
        for (var text = rig.Read(); text.Length > 0; text = rig.Read()) all += text;
        return all;
    }

    private string Decode(SessionRig rig)
    {
        var all = "";
        for (var bytes = rig.ReadBytes(); bytes.Length > 0; bytes = rig.ReadBytes()) all += _client.Read(bytes);
        return all;
    }

    /// <summary>Far more than a pipe takes.</summary>
    private static long FlipUntilBlocked(SessionRig rig)
    {
        var sequence = 1000L;
        for (var flip = 0; flip < 10; flip++)
        {
            foreach (var id in rig.Subscriber.PipelineIds) rig.Observe(id, flip % 2 == 0 ? PipelineStatus.Paused : PipelineStatus.Active, ++sequence);
        }

        Assert.True(rig.Subscriber.Conflated > 0);
        return sequence;
    }
}
