using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

/// <summary>Updates as a poller makes them.</summary>
internal static class Examples
{
    public static PipelineRecord Record(string pipelineId, ulong epoch, long sequence, PipelineStatus status = PipelineStatus.Active) => new(
        pipelineId, new StatusVersion(epoch, sequence), status, PipelineCondition.Ok, 1764000000000 + sequence);

    /// <summary>The update of a beat that changes one pipeline.</summary>
    public static PollUpdate Change(ulong epoch, long beat, string pipelineId, PipelineStatus status = PipelineStatus.Active) =>
        Update(epoch, beat, beat, [Record(pipelineId, epoch, beat, status)]);

    public static PollUpdate Update(
        ulong epoch, long sequence, long beat, IReadOnlyList<PipelineRecord>? changed = null,
        IReadOnlyList<string>? confirmed = null, IReadOnlyList<string>? forgotten = null) =>
        new(new StatusVersion(epoch, sequence), changed ?? [], confirmed ?? [], forgotten ?? []) { UpdateNumber = beat, ReadsStartedAfter = beat - 1 };

    public static void AssertSame(PipelineRecord expected, PipelineRecord actual)
    {
        Assert.Equal(
            (expected.PipelineId, expected.Version, expected.Status, expected.Condition, expected.Timestamp),
            (actual.PipelineId, actual.Version, actual.Status, actual.Condition, actual.Timestamp));
        Assert.Equal(expected.StatusVersion, actual.StatusVersion);
        Assert.Equal(expected.Fields?.Names, actual.Fields?.Names);
        for (var i = 0; i < expected.Fields?.Names.Count; i++) Assert.Equal(expected.Fields[i], actual.Fields![i]);
    }

    public static void AssertSame(PollUpdate expected, PollUpdate actual)
    {
        Assert.Equal((expected.Version, expected.UpdateNumber, expected.ReadsStartedAfter), (actual.Version, actual.UpdateNumber, actual.ReadsStartedAfter));
        Assert.Equal(expected.Changed.Count, actual.Changed.Count);
        for (var i = 0; i < expected.Changed.Count; i++) AssertSame(expected.Changed[i], actual.Changed[i]);
        Assert.Equal(expected.Confirmed, actual.Confirmed);
        Assert.Equal(expected.Forgotten, actual.Forgotten);
    }
}
