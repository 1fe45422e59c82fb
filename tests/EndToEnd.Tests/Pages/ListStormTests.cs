using Microsoft.Playwright;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>All rows change at once, or all replicas are gone: the page stays quick, and says what happened in a few words.</summary>
[Collection(ListCollection.Name)]
public sealed class ListStormTests(ListSystem list)
{
    /// <summary>Keeps long tasks, and the page's stream, to say something on it.</summary>
    private const string Record =
        """
        window.tasks = [];
        new PerformanceObserver(found => window.tasks.push(...found.getEntries().map(task => task.duration))).observe({ type: 'longtask' });
        window.EventSource = class extends EventSource {
          constructor(url) {
            super(url);
            window.say = (name, data) => this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
          }
        };
        """;

    /// <summary>A layout for each row took two seconds and more.</summary>
    private const double LongestTask = 1000;

    [Theory]
    [InlineData("/")]
    [InlineData("/?sort=changed")]
    public async Task AllRowsThatOneEventChangesAreDrawnWithoutALayoutForEach(string path)
    {
        await using var visitor = await VisitAsync(path);
        var session = await CountLayoutsAsync(visitor);
        var layouts = await LayoutsAsync(session);

        await visitor.Page.EvaluateAsync(
            """
            ids => window.say('batch_update', {
              type: 'batch_update', timestamp: 1, updates: ids.map((pipelineId, index) => ({ pipelineId, status: index < 26 ? 'failed' : 'paused' })),
            })
            """,
            ListSystem.All);
        await Assertions.Expect(visitor.Page.Locator("tr[data-status='failed']")).ToHaveCountAsync(26);
        await Assertions.Expect(visitor.Page.Locator("tr[data-status='paused']")).ToHaveCountAsync(300);
        await Assertions.Expect(visitor.Page.Locator("[data-count='paused']")).ToHaveTextAsync("300");

        Assert.InRange(await LayoutsAsync(session) - layouts, 1, 60);
        Assert.DoesNotContain(await visitor.Page.EvaluateAsync<double[]>("window.tasks"), task => task > LongestTask);
        await Assertions.Expect(visitor.Page.Locator("[data-announcer]")).ToHaveTextAsync("326 pipelines changed: 300 paused, 26 failed.");
        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task ComingBackToAPageAllOfWhoseRowsHaveChangedIsQuick()
    {
        await using var visitor = await VisitAsync("/");
        await visitor.Page.SetVisibilityAsync("hidden");
        await visitor.Page.ExpectStateAsync("disconnected");
        await list.SetAsync(ListSystem.All, "Stopped");
        await visitor.Page.EvaluateAsync("window.tasks = []");
        var session = await CountLayoutsAsync(visitor);
        var layouts = await LayoutsAsync(session);

        await visitor.Page.SetVisibilityAsync("visible");
        await Assertions.Expect(visitor.Page.Locator("tr[data-status='stopped'][data-freshness='fresh']"))
            .ToHaveCountAsync(ListSystem.Count, new() { Timeout = (float)Bounded.Patience.TotalMilliseconds });

        Assert.InRange(await LayoutsAsync(session) - layouts, 1, 200);
        Assert.DoesNotContain(await visitor.Page.EvaluateAsync<double[]>("window.tasks"), task => task > LongestTask);
        await list.SetAsync(ListSystem.All, "Running");
    }

    [Fact]
    public async Task WhenAllReplicasAreGoneOneSentenceSaysSoAndOneThatTheyAreBack()
    {
        await using var visitor = await VisitAsync("/");

        await list.System.Api.KillAsync();
        try
        {
            await Assertions.Expect(visitor.Page.Locator("[data-announcer]")).ToHaveTextAsync(StalledServerTests.Began, new() { Timeout = 20_000 });
        }
        finally
        {
            await list.System.Api.StartAsync();
        }

        await Assertions.Expect(visitor.Page.Locator("[data-announcer]")).ToHaveTextAsync(StalledServerTests.Over, new() { Timeout = 20_000 });
        var told = await visitor.Page.EvaluateAsync<string[]>("window.told");

        // A page that opened on the statuses of before says what has changed.
        Assert.Equal([StalledServerTests.Began, StalledServerTests.Over], told.Where(static sentence => sentence.Length > 0).SkipWhile(static sentence => sentence != StalledServerTests.Began));
    }

    private async Task<Visitor> VisitAsync(string path)
    {
        await list.SetAsync(ListSystem.All, "Running");
        var visitor = await list.VisitAsync(path, script: ListSystem.KeepAnnouncements + Record);
        await Assertions.Expect(visitor.Page.Locator("tr[data-status='active'][data-freshness='fresh']"))
            .ToHaveCountAsync(ListSystem.Count, new() { Timeout = (float)Bounded.Patience.TotalMilliseconds });
        await visitor.Page.EvaluateAsync("window.tasks = []");
        return visitor;
    }

    private static async Task<ICDPSession> CountLayoutsAsync(Visitor visitor)
    {
        var session = await visitor.Page.Context.NewCDPSessionAsync(visitor.Page);
        await session.SendAsync("Performance.enable");
        return session;
    }

    /// <summary>How often the browser has laid the page out since the session began.</summary>
    private static async Task<double> LayoutsAsync(ICDPSession session)
    {
        var metrics = await session.SendAsync("Performance.getMetrics");
        return metrics!.Value.GetProperty("metrics").EnumerateArray()
            .Single(metric => metric.GetProperty("name").GetString() == "LayoutCount").GetProperty("value").GetDouble();
    }
}
