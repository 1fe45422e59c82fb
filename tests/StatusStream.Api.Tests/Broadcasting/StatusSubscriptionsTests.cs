using System.Text;
using PipelineAspire.StatusStream.Broadcasting;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Tests.Hosting;
using PipelineAspire.StatusStream.Tests.Polling;

namespace PipelineAspire.StatusStream.Tests.Broadcasting;

/// <summary>The one front door for watching, before a loop that reads.</summary>
public class StatusSubscriptionsTests
{
    private static readonly PollCadence Cadence = new(PollingRig.Interval, TimeSpan.FromMilliseconds(150));

    [Fact]
    public void ARefusedPipelineIsNotWatched()
    {
        using var rig = new PollingRig();
        StatusSubscription? subscription = null;
        var refused = new Dictionary<string, PipelineCondition> { ["beyond"] = PipelineCondition.BeyondNew };
        rig.Do(() => subscription = Door(rig).OpenAsync(["a", "beyond"], null, CancellationToken.None, refused).AsTask().Result);
        rig.PassIntervals(3);

        Assert.Equal(["a"], rig.WatchList.Current().Select(pipeline => pipeline.PipelineId));
        Assert.Equal(0, rig.Backend.ReadsOf("beyond"));
        rig.Do(subscription!.Dispose);
        rig.PassIntervals(5);
        Assert.Empty(rig.WatchList.Current());
    }

    [Fact]
    public void WhatIsNotOnTheScreenIsInTheBackgroundUntilItIsShownAgain()
    {
        using var rig = new PollingRig();
        StatusSubscription? subscription = null;
        rig.Do(() => subscription = Door(rig).OpenAsync(["a", "b", "c"], null, CancellationToken.None).AsTask().Result);
        Assert.Equal("a b c", Visible(rig));

        subscription!.Show(new HashSet<string>(["b", "stranger"]));
        Assert.Equal("b", Visible(rig));
        subscription.Show(new HashSet<string>(["a", "b"]));
        subscription.Show(new HashSet<string>(["a", "b"]));
        Assert.Equal("a b", Visible(rig));
        Assert.Equal(3, rig.WatchList.Current().Count);

        rig.Do(subscription.Dispose);
        Assert.All(rig.WatchList.Current(), pipeline => Assert.NotNull(pipeline.Remaining));
        Assert.Equal("a b", Visible(rig));
        rig.PassIntervals(4);
        Assert.Empty(rig.WatchList.Current());
    }

    [Fact]
    public void WhatComesIntoViewWithAnOldStatusIsReadAtOnce()
    {
        using var rig = new PollingRig(stableInterval: 30 * PollingRig.Interval);
        StatusSubscription? subscription = null;
        rig.Do(() => subscription = Door(rig).OpenAsync(["a", "b"], null, CancellationToken.None).AsTask().Result);
        rig.PassIntervals(70);
        rig.Do(() => subscription!.Show(new HashSet<string>()));
        rig.PassIntervals(2);
        while (rig.Backend.Reads.Any(read => rig.Now - read.At < 3 * PollingRig.Interval)) rig.PassIntervals(1);
        var before = (rig.Backend.ReadsOf("a"), rig.Backend.ReadsOf("b"));

        rig.Do(() => subscription!.Show(new HashSet<string>(["b"])));

        Assert.Equal((before.Item1, before.Item2 + 1), (rig.Backend.ReadsOf("a"), rig.Backend.ReadsOf("b")));
        rig.Do(subscription!.Dispose);
    }

    [Fact]
    public void WhoComesToPipelinesThatRestHasThemReadAtOnce()
    {
        using var rig = new PollingRig(stableInterval: 30 * PollingRig.Interval);
        rig.Join("a");
        rig.PassIntervals(70);
        while (rig.Backend.Reads.Any(read => rig.Now - read.At < 3 * PollingRig.Interval)) rig.PassIntervals(1);
        var before = rig.Backend.ReadsOf("a");

        StatusSubscription? subscription = null;
        rig.Do(() => subscription = Door(rig).OpenAsync(["a"], null, CancellationToken.None).AsTask().Result);
        Assert.Equal(before + 1, rig.Backend.ReadsOf("a"));
        rig.PassIntervals(5);

        Assert.Equal(before + 6, rig.Backend.ReadsOf("a"));
        rig.Do(subscription!.Dispose);
    }

    [Fact]
    public async Task ADocumentOfAPipelineThatNobodyWatchedComesWithItsFirstRead()
    {
        using var rig = new PollingRig();
        var polled = PollDocument(rig, "a");

        var (pipeline, document) = await polled.Soon();
        Assert.Equal(PipelineStatus.Active, pipeline.Record!.Status);
        Assert.Equal(Records.Body("active"), document!.Value.ToArray());
        Assert.Equal(1, rig.Backend.ReadsOf("a"));
    }

    [Fact]
    public async Task ADocumentOfAWatchedPipelineIsReadAtOnceAndThenKept()
    {
        using var rig = new PollingRig();
        rig.Join("a");
        rig.PassIntervals(3);
        Assert.Empty(rig.Updates.SelectMany(update => update.Documents));

        var first = PollDocument(rig, "a");
        if (!first.IsCompleted) rig.PassIntervals(3); // one read in 250 ms at most
        Assert.NotNull((await first.Soon()).Document);
        var again = PollDocument(rig, "a");

        Assert.NotNull((await again.Soon()).Document);
        Assert.Single(rig.Updates.SelectMany(update => update.Documents));
    }

    [Fact]
    public async Task ADocumentThatChangesAtEachReadCostsConfirmationsAndIsToldToWhoAsksAlone()
    {
        using var rig = new PollingRig();
        var reads = 0;
        rig.Backend.Answers("a", id => new PipelineReading(
            id, PipelineCondition.Ok, PipelineStatus.Active, Encoding.UTF8.GetBytes($$"""{"overall_status":"Running","read":{{++reads}}}""")));
        rig.Join("a");
        rig.PassIntervals(10);

        Assert.Single(rig.Updates.SelectMany(update => update.Changed));
        Assert.InRange(rig.Updates.Sum(update => update.Confirmed.Count), 8, 10);
        Assert.Empty(rig.Updates.SelectMany(update => update.Documents));

        var polled = PollDocument(rig, "a");
        rig.PassIntervals(3);
        Assert.Contains("\"read\":", Encoding.UTF8.GetString((await polled.Soon()).Document!.Value.Span), StringComparison.Ordinal);
        Assert.NotEmpty(rig.Updates.SelectMany(update => update.Documents));

        rig.PassIntervals(6); // nobody asks any more: the last word is that nothing is kept
        Assert.True(rig.Updates.SelectMany(update => update.Documents).Last().Json.IsEmpty);
        Assert.Null(await rig.Backplane.FindDocumentAsync("a", CancellationToken.None));
        Assert.Single(rig.Updates.SelectMany(update => update.Changed));
    }

    [Fact]
    public async Task WhatBecameOfThePipelineWhileItsDocumentWasWaitedForIsTheAnswer()
    {
        using var rig = new PollingRig();
        rig.Join("a");
        rig.PassIntervals(2);
        rig.Backend.Fails("a", PipelineCondition.NotFound);

        var polled = PollDocument(rig, "a");
        rig.PassIntervals(3);

        var (pipeline, document) = await polled.Soon();
        Assert.Equal((true, PipelineCondition.NotFound), (pipeline.IsFresh, pipeline.Record!.Condition));
        Assert.Null(document);
    }

    [Fact]
    public async Task NobodyWaitsForADocumentLongerThanForAStatus()
    {
        using var rig = new PollingRig();
        rig.Join("a");
        rig.PassIntervals(2);
        rig.Backend.Hold("a");

        var polled = PollDocument(rig, "a");
        rig.Pass(Cadence.Interval + Cadence.RequestTimeout);

        Assert.Null((await polled.Soon()).Document);
        rig.Backend.Release("a");
    }

    private static StatusSubscriptions Door(PollingRig rig) =>
        new(rig.WatchList, rig.Backplane, rig.Broadcaster, new DocumentCache(rig.Backplane, Cadence, rig.Clock), Cadence, rig.Clock);

    private static Task<(PolledPipeline Pipeline, ReadOnlyMemory<byte>? Document)> PollDocument(PollingRig rig, string pipelineId)
    {
        // Not on the rig's thread: it goes on by itself as soon as it has what it waits for.
        var polled = Door(rig).PollDocumentAsync(pipelineId, CancellationToken.None);
        rig.Do(() => { });
        return polled;
    }

    private static string Visible(PollingRig rig) => string.Join(
        ' ', rig.WatchList.Current().Where(pipeline => pipeline.IsVisible).Select(pipeline => pipeline.PipelineId).Order(StringComparer.Ordinal));
}
