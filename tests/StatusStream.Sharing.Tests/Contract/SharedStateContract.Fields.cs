using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

public abstract partial class SharedStateContract
{
    [Fact]
    public async Task FieldsAreHeardAndStoredWithThoseThatWereNotThere()
    {
        var other = await ConnectAsync();
        var (poller, epoch) = await HoldAsync("a");
        var fields = new PipelineFields(["metrics.rows", "größe & 'so'", "tags"], ["1204.50"u8.ToArray(), null, """["a","b\u0022"]"""u8.ToArray()]);
        PipelineRecord moved = new("orders", new StatusVersion(epoch, 2), PipelineStatus.Active, PipelineCondition.Ok, 5)
        {
            Fields = fields,
            StatusVersion = new StatusVersion(epoch, 1),
        };
        var update = Examples.Update(epoch, 2, 1, [moved, Examples.Record("billing", epoch, 1)]);

        Assert.Equal(PublishOutcome.Stored, await poller.State.PublishAsync("a", update, default));

        Assert.Equal((epoch, 0L), await NextBeatAsync(other));
        Examples.AssertSame(update, await other.HearsUpdateAsync());
        var known = (await SnapshotAsync(other)).Known.ToDictionary(pipeline => pipeline.Record.PipelineId, pipeline => pipeline.Record);
        Examples.AssertSame(moved, known["orders"]);
        Assert.Null(known["billing"].Fields);
    }
}
