using System.Text;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Backplane.Redis;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Backplane.Redis;

/// <summary>The words between replicas of one version of the wire.</summary>
public sealed class RedisMessagesTests
{
    /// <summary>As this version of the wire has it, written out.</summary>
    private const string Untraced = """
        {"version":"7f3a9c0d12e4b85f-3","beat":5,"begunAfter":4,"changed":[{"id":"orders","version":"7f3a9c0d12e4b85f-3","status":"paused","condition":"ok","timestamp":1}],"confirmed":["billing"],"forgotten":["payments"]}
        """;

    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static readonly PollUpdate Update = new(
        new StatusVersion(Records.Epoch, 3), [Records.Fine("orders", PipelineStatus.Paused, 3)], ["billing"], ["payments"])
    {
        UpdateNumber = 5,
        ReadsStartedAfter = 4,
    };

    [Fact]
    public void AnUpdateIsByteForByteWhatTheVersionSays()
    {
        Assert.Equal(Untraced, Encoding.UTF8.GetString(RedisMessages.Write(Update)));
    }

    [Fact]
    public void ADocumentIsStoredAndNotPublished()
    {
        var update = Update with { Documents = [new HealthDocument("orders", new byte[60_000])] };

        Assert.Equal(Untraced, Encoding.UTF8.GetString(RedisMessages.Write(update)));
    }

    [Theory]
    [InlineData("""{"nonsense":1}""")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("not json")]
    [InlineData("""{"id":"orders","version":"7f3a9c0d12e4b85f-3","status":"paused","condition":"Throttled","timestamp":1}""")]
    [InlineData("""{"id":"another","version":"7f3a9c0d12e4b85f-3","status":"paused","condition":"ok","timestamp":1}""")]
    public void ARecordThatCannotBeReadIsNoneAndNoException(string stored)
    {
        Assert.False(RedisMessages.TryReadRecord("orders", Encoding.UTF8.GetBytes(stored), out _));
    }

    [Fact]
    public void WhatIsNoIdInAMessageHarmsOnlyItself()
    {
        var (request, _) = RedisMessages.ReadRequest("""{"began":[null,"a","b/c"],"noticed":["",".."],"freed":false}"""u8);

        Assert.Equal(["a"], request.Watched);
        Assert.Empty(request.RefreshRequested);
    }

    [Fact]
    public void FieldsAreMoreMembersOfARecordWhichOlderReplicasPassOver()
    {
        var moved = new PipelineRecord("orders", new StatusVersion(Records.Epoch, 3), PipelineStatus.Paused, PipelineCondition.Ok, 1)
        {
            Fields = Records.Fields("lag=0.50 rows="),
            StatusVersion = new StatusVersion(Records.Epoch, 2),
        };

        var written = Encoding.UTF8.GetString(RedisMessages.Write(Update with { Changed = [moved] }));

        const string members = ",\"fields\":{\"lag\":0.50,\"rows\":null},\"statusVersion\":\"7f3a9c0d12e4b85f-2\"";
        Assert.Equal(Untraced.Replace("\"timestamp\":1", "\"timestamp\":1" + members, StringComparison.Ordinal), written);
        var read = RedisMessages.ReadUpdate(Encoding.UTF8.GetBytes(written)).Changed[0];
        Assert.True(PipelineFields.AreSame(moved.Fields, read.Fields));
        Assert.Equal((moved.Version, moved.StatusVersion), (read.Version, read.StatusVersion));
    }

    [Theory]
    [InlineData("""{"id":"orders","version":"7f3a9c0d12e4b85f-3","status":"paused","condition":"ok","timestamp":1,"fields":7}""")]
    [InlineData("{\"id\":\"orders\",\"version\":\"7f3a9c0d12e4b85f-3\",\"status\":\"paused\",\"condition\":\"ok\",\"timestamp\":1,\"fields\":{\"a\":[1,\n2]}}")]
    public void FieldsThatWouldBreakAFrameMakeNoRecord(string stored) =>
        Assert.False(RedisMessages.TryReadRecord("orders", Encoding.UTF8.GetBytes(stored), out _));

    [Fact]
    public void ATraceIsOneMoreMemberWhichOlderReplicasPassOver()
    {
        var written = Encoding.UTF8.GetString(RedisMessages.Write(Update with { TraceParent = Trace }));

        Assert.Equal($$"""{{Untraced[..^1]}},"traceParent":"{{Trace}}"}""", written);
        Assert.Equal(Trace, RedisMessages.ReadUpdate(Encoding.UTF8.GetBytes(written)).TraceParent);
    }

    [Fact]
    public void IntervalsTheStretchOfAllOfThemAndRefusalsAreMembersOfUpdatesThatHaveThem()
    {
        var update = Update with { Intervals = new Dictionary<string, TimeSpan> { ["billing"] = TimeSpan.FromSeconds(30) }, Refused = ["more"], Stretch = 1.5 };

        var written = RedisMessages.Write(update);
        var read = RedisMessages.ReadUpdate(written);

        Assert.Equal($$"""{{Untraced[..^1]}},"intervals":{"billing":30000},"refused":["more"],"stretch":1.5}""", Encoding.UTF8.GetString(written));
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2)), (read.IntervalOf("billing", default), read.IntervalOf("orders", TimeSpan.FromSeconds(2))));
        Assert.Equal(["more"], read.Refused);
        Assert.Equal(1.5, read.Stretch);
    }

    [Fact]
    public void AnUpdateWithoutATraceIsReadAsOne()
    {
        var read = RedisMessages.ReadUpdate(Encoding.UTF8.GetBytes(Untraced));

        Assert.Null(read.TraceParent);
        Assert.Equal((Update.Version, 5, 4), (read.Version, read.UpdateNumber, read.ReadsStartedAfter));
        Assert.Equal((Update.Changed[0].PipelineId, PipelineStatus.Paused), (Assert.Single(read.Changed).PipelineId, read.Changed[0].Status));
        Assert.Equal(["billing"], read.Confirmed);
        Assert.Equal(["payments"], read.Forgotten);
    }
}
