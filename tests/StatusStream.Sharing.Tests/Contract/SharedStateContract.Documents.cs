using System.Text;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Pipelines;

namespace PipelineAspire.StatusStream.Sharing.Tests.Contract;

public abstract partial class SharedStateContract
{
    [Fact]
    public async Task ADocumentIsStoredForEverybodyAndReplacedByTheNext()
    {
        var other = await ConnectAsync();
        var (poller, epoch) = await HoldAsync("a");
        Assert.Null(await DocumentAsync(other, "orders"));

        await StoreAsync(poller, epoch, 1, ("orders", "{\"n\":1}"), ("größe", "{\"ü\":\"\"}"));
        Assert.Equal("{\"n\":1}", await DocumentAsync(other, "orders"));
        Assert.Equal("{\"ü\":\"\"}", await DocumentAsync(other, "größe"));

        await StoreAsync(poller, epoch, 2, ("orders", "{\"n\":2}"));
        Assert.Equal("{\"n\":2}", await DocumentAsync(other, "orders"));
        Assert.Equal("{\"ü\":\"\"}", await DocumentAsync(other, "größe"));
    }

    [Fact]
    public async Task ADocumentTravelsToNobodyWhoDoesNotAskForIt()
    {
        var other = await ConnectAsync();
        var (poller, epoch) = await HoldAsync("a");
        Assert.Equal((epoch, 0L), await NextBeatAsync(other));

        await StoreAsync(poller, epoch, 1, ("orders", "{}"));

        var heard = await other.HearsUpdateAsync();
        Assert.Equal(1, heard.UpdateNumber);
        Assert.Empty(heard.Documents);
    }

    [Fact]
    public async Task AnEmptyDocumentTakesThePipelinesOut()
    {
        var (poller, epoch) = await HoldAsync("a");
        await StoreAsync(poller, epoch, 1, ("orders", "{}"), ("billing", "{}"));

        await StoreAsync(poller, epoch, 2, ("orders", ""));
        Assert.Null(await DocumentAsync(poller, "orders"));
        Assert.Equal("{}", await DocumentAsync(poller, "billing"));

        await StoreAsync(poller, epoch, 3, ("orders", ""), ("orders", "{\"n\":1}")); // wanted again before that was out
        Assert.Equal("{\"n\":1}", await DocumentAsync(poller, "orders"));
    }

    [Fact]
    public async Task NothingIsLeftOfAPipelineThatIsForgottenThoughItWasReadOnceMore()
    {
        var (poller, epoch) = await HoldAsync("a");
        await StoreAsync(poller, epoch, 1, ("orders", "{}"), ("billing", "{}"));
        var last = Examples.Update(epoch, 2, 2, [Examples.Record("orders", epoch, 2)], confirmed: ["billing"], forgotten: ["orders", "billing"]) with
        {
            Documents = [Document("orders", "{\"n\":1}")],
            Intervals = new Dictionary<string, TimeSpan> { ["orders"] = Long, ["billing"] = Long },
        };

        Assert.Equal(PublishOutcome.Stored, await poller.State.PublishAsync("a", last, default));

        Assert.Empty((await SnapshotAsync(poller)).Known);
        Assert.Null(await DocumentAsync(poller, "orders"));
        Assert.Null(await DocumentAsync(poller, "billing"));
        Assert.Equal(PublishOutcome.Stored, await poller.State.PublishAsync("a", Examples.Change(epoch, 3, "orders"), default));
        Assert.Null(Assert.Single((await SnapshotAsync(poller)).Known).Interval);
    }

    [Fact]
    public async Task ANewEpochBeginsWithoutDocumentsSinceNobodyKnowsWhetherTheyStillHold()
    {
        var (poller, epoch) = await HoldAsync("a");
        await StoreAsync(poller, epoch, 1, ("orders", "{}"));
        await poller.State.ReleaseAsync("a", epoch, default);

        var (next, _) = await HoldAsync("b");

        Assert.Null(await DocumentAsync(next, "orders"));
    }

    [Fact]
    public async Task ARefusedUpdateStoresNoDocument()
    {
        await HoldAsync("a");
        var late = await ConnectAsync();

        var update = Examples.Update(StatusVersion.NewEpoch(), 1, 1) with { Documents = [Document("orders", "{}")] };
        Assert.Equal(PublishOutcome.Refused, await late.State.PublishAsync("b", update, default));

        Assert.Null(await DocumentAsync(late, "orders"));
    }

    [Fact]
    public async Task AnIntervalIsRememberedWithItsReadAndIsThePollIntervalAgainWhenALaterReadSaysNone()
    {
        var (poller, epoch) = await HoldAsync("a");
        var resting = new Dictionary<string, TimeSpan> { ["orders"] = TimeSpan.FromSeconds(8), ["billing"] = TimeSpan.FromMilliseconds(1500) };
        await poller.State.PublishAsync(
            "a",
            Examples.Update(epoch, 2, 1, [Examples.Record("orders", epoch, 1), Examples.Record("billing", epoch, 2)]) with { Intervals = resting },
            default);
        Assert.Equal((TimeSpan.FromSeconds(8), TimeSpan.FromMilliseconds(1500)), await IntervalsAsync());

        await poller.State.PublishAsync("a", Examples.Update(epoch, 2, 2, confirmed: ["billing"]), default);
        Assert.Equal((TimeSpan.FromSeconds(8), null), await IntervalsAsync());

        await poller.State.PublishAsync(
            "a", Examples.Update(epoch, 2, 3, confirmed: ["billing"]) with { Intervals = new Dictionary<string, TimeSpan> { ["billing"] = Long } }, default);
        await poller.State.PublishAsync("a", Examples.Update(epoch, 3, 4, [Examples.Record("orders", epoch, 3, PipelineStatus.Paused)]), default);
        Assert.Equal((null, Long), await IntervalsAsync());

        var known = (await SnapshotAsync(poller)).Known;
        Assert.All(known, pipeline => Assert.InRange(pipeline.Age, TimeSpan.Zero, Bounded.Patience));

        async Task<(TimeSpan? Orders, TimeSpan? Billing)> IntervalsAsync()
        {
            var all = (await SnapshotAsync(poller)).Known.ToDictionary(pipeline => pipeline.Record.PipelineId, pipeline => pipeline.Interval);
            return (all["orders"], all["billing"]);
        }
    }

    private static HealthDocument Document(string pipelineId, string json) => new(pipelineId, Encoding.UTF8.GetBytes(json));

    private static async Task StoreAsync(Connection poller, ulong epoch, long number, params (string PipelineId, string Json)[] documents)
    {
        var update = Examples.Update(epoch, 0, number) with { Documents = [.. documents.Select(document => Document(document.PipelineId, document.Json))] };
        Assert.Equal(PublishOutcome.Stored, await poller.State.PublishAsync("a", update, default));
    }

    private static async Task<string?> DocumentAsync(Connection connection, string pipelineId) =>
        await connection.State.FindDocumentAsync(pipelineId, default) is { } json ? Encoding.UTF8.GetString(json.Span) : null;
}
