using Microsoft.Playwright;
using Xunit.Abstractions;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>Ten thousand pipelines: the page is as quick and as complete as with ten.</summary>
[Collection(LongListCollection.Name)]
public sealed class LongListTests(LongListSystem list, ITestOutputHelper output)
{
    /// <summary>Three screens, and rows that must not leave the page.</summary>
    private const int MostRows = 120;

    private const string RowCount = "document.querySelectorAll('tr[data-pipeline-id]').length";

    /// <summary>Whether rows are drawn wherever the table is on the screen.</summary>
    private const string IsFilled =
        """
        () => {
          const body = document.querySelector('[data-pipelines] tbody').getBoundingClientRect();
          const [from, to] = [Math.max(60, body.top + 10), Math.min(innerHeight, body.bottom) - 10];
          for (let y = from; y < to; y += 20) if (document.elementFromPoint(innerWidth / 2, y)?.closest('.space')) return false;
          return from < to;
        }
        """;

    [Fact]
    public async Task ScrollingThroughAllRowsKeepsThePageSmall()
    {
        await using var visitor = await list.VisitAsync();
        var session = await MetricsAsync(visitor);
        await visitor.Page.Mouse.MoveAsync(600, 400);
        await ScrollAsync(visitor, steps: 10, 3_000);
        var before = await MemoryAsync(session);
        await visitor.Page.EvaluateAsync("window.tasks = []");

        var most = await ScrollAsync(visitor, steps: 150, 3_000);
        most = Math.Max(most, await ScrollAsync(visitor, steps: 250, -2_500));

        var after = await MemoryAsync(session);
        var tasks = await visitor.Page.EvaluateAsync<double[]>("window.tasks");
        output.WriteLine(
            $"{most} rows at most; {tasks.Length} tasks over 50 ms, the longest {tasks.DefaultIfEmpty().Max():F0} ms; "
            + $"{before.Heap / 1e6:F1} MB before, {after.Heap / 1e6:F1} MB after; {before.Nodes} nodes before, {after.Nodes} after");
        Assert.InRange(most, 10, MostRows);
        Assert.InRange(after.Nodes, 1, before.Nodes * 1.5);
        Assert.InRange(after.Heap, 1, before.Heap * 1.3);
        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task TheLastRowIsWhereTheScrollBarEnds()
    {
        await using var visitor = await list.VisitAsync();

        await visitor.Page.Keyboard.PressAsync("End");

        var last = visitor.Pipeline(LongListSystem.All[^1]);
        await Assertions.Expect(last).ToBeInViewportAsync();
        await Assertions.Expect(last).ToHaveAttributeAsync("aria-rowindex", "10001");
        await visitor.Page.ExpectStatusAsync(LongListSystem.All[^1], "active");
        await visitor.Page.ExpectFreshnessAsync(LongListSystem.All[^1], "fresh");
        await Assertions.Expect(visitor.Page.Locator("[data-pipelines]")).ToHaveAttributeAsync("aria-rowcount", "10001");
        await FilledAsync(visitor);
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task RowsOfUnequalHeightsDoNotJumpWhileOneScrollsUp(int width)
    {
        await using var visitor = await list.VisitAsync(options: new() { ViewportSize = new() { Width = width, Height = 800 } });
        await visitor.Page.Mouse.MoveAsync(width / 2, 400);
        await visitor.Page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight / 2)");
        await FilledAsync(visitor);
        // Words for a doubt take a line of their own.
        await Assertions.Expect(visitor.Page.Locator("tr[data-freshness='stale']")).ToHaveCountAsync(0, new() { Timeout = 20_000 });

        for (var step = 0; step < 30; step++)
        {
            var moved = await visitor.Page.EvaluateAsync<double>(
                """
                async () => {
                  const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
                  const row = [...document.querySelectorAll('tr[data-pipeline-id]')].find(each => each.getBoundingClientRect().bottom > innerHeight / 2);
                  const before = row.getBoundingClientRect().top;
                  scrollBy(0, -250);
                  await frame();
                  await frame();
                  return row.getBoundingClientRect().top - before;
                }
                """);
            Assert.InRange(moved, 249, 251);
        }
    }

    [Fact]
    public async Task ASearchFindsWhatIsFarDownAndLeadsToItsPage()
    {
        await using var visitor = await list.VisitAsync();
        await list.System.Backend.SetAsync(LongListSystem.All[8765], "Failed");

        await visitor.Page.Locator("[name=q]").FillAsync("08765");

        await Assertions.Expect(visitor.Page.Locator("tr[data-pipeline-id]")).ToHaveCountAsync(1);
        await visitor.Page.ExpectStatusAsync(LongListSystem.All[8765], "failed");
        await Assertions.Expect(visitor.Page.Locator("[data-shown-count]")).ToHaveTextAsync("1");
        await Assertions.Expect(visitor.Page.Locator("[data-all-count]")).ToHaveTextAsync("10000");
        await Assertions.Expect(visitor.Page.Locator("[data-count='failed']")).ToHaveTextAsync("1");
        await visitor.Pipeline(LongListSystem.All[8765]).GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(visitor.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/pipelines/p-08765"));
        await list.System.Backend.SetAsync(LongListSystem.All[8765], "Running");
    }

    [Fact]
    public async Task ASearchThatTheServerFoundNothingForIsGivenUpByAClick()
    {
        await using var visitor = await list.VisitAsync("/?q=no-such-pipeline");
        await Assertions.Expect(visitor.Page.Locator("tr[data-pipeline-id]")).ToHaveCountAsync(0);
        await Assertions.Expect(visitor.Page.Locator("[data-count='active']")).ToHaveTextAsync("10000");

        await visitor.Page.Locator("[data-clear]").ClickAsync();

        await Assertions.Expect(LinkOf(visitor, 0)).ToBeInViewportAsync();
        await FilledAsync(visitor);
        Assert.Single(visitor.Requests, request => request == "/");
    }

    [Fact]
    public async Task AChangeFarDownComesFirstWhereItIsAskedFor()
    {
        await using var visitor = await list.VisitAsync("/?sort=status");

        await list.System.Backend.SetAsync(LongListSystem.All[9000], "Failed");

        await Assertions.Expect(visitor.Page.Locator("tr[data-pipeline-id]").First).ToHaveAttributeAsync("data-pipeline-id", LongListSystem.All[9000], new() { Timeout = 20_000 });
        await Assertions.Expect(visitor.Page.Locator("[data-announcer]")).ToContainTextAsync("P 09000: Failed.", new() { Timeout = 20_000 });
        Assert.InRange(await visitor.Page.EvaluateAsync<int>(RowCount), 10, MostRows);
        await list.System.Backend.SetAsync(LongListSystem.All[9000], "Running");
    }

    [Fact]
    public async Task TheKeyboardGoesFromRowToRowAlsoAfterThePageWasScrolledAway()
    {
        await using var visitor = await list.VisitAsync();
        await LinkOf(visitor, 0).FocusAsync();

        for (var row = 1; row <= 60; row++) await visitor.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(LinkOf(visitor, 60)).ToBeFocusedAsync();
        await Assertions.Expect(LinkOf(visitor, 60)).ToBeInViewportAsync();

        await visitor.Page.Mouse.MoveAsync(600, 400);
        await ScrollAsync(visitor, steps: 20, 10_000);
        await Assertions.Expect(LinkOf(visitor, 60)).ToBeFocusedAsync();
        await visitor.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(LinkOf(visitor, 61)).ToBeFocusedAsync();
        await Assertions.Expect(LinkOf(visitor, 61)).ToBeInViewportAsync();
        await FilledAsync(visitor);
        await visitor.Page.Keyboard.PressAsync("Shift+Tab");
        await Assertions.Expect(LinkOf(visitor, 60)).ToBeFocusedAsync();
    }

    [Fact]
    public async Task ASelectionOutlivesItsRowsLeavingTheScreen()
    {
        await using var visitor = await list.VisitAsync();
        await visitor.Page.EvaluateAsync(
            "id => getSelection().selectAllChildren(document.querySelector(`[data-pipeline-id='${id}'] code`))", LongListSystem.All[5]);
        await visitor.Page.Mouse.MoveAsync(600, 400);

        await ScrollAsync(visitor, steps: 20, 10_000);

        Assert.Equal(LongListSystem.All[5], await visitor.Page.EvaluateAsync<string>("getSelection().toString()"));
        await Assertions.Expect(visitor.Pipeline(LongListSystem.All[5])).Not.ToBeInViewportAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task AxeFindsNothingInTheMiddleOfTheList(ColorScheme scheme, int width)
    {
        await using var visitor = await list.VisitAsync(options: new()
        {
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = width, Height = 800 },
        });
        await visitor.Page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight / 2)");
        await FilledAsync(visitor);

        await visitor.Page.ExpectAccessibleAsync();
        Assert.True(await visitor.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the window.");
    }

    private static ILocator LinkOf(Visitor visitor, int number) => visitor.Pipeline(LongListSystem.All[number]).GetByRole(AriaRole.Link);

    private static Task<TimeSpan> FilledAsync(Visitor visitor) =>
        Bounded.UntilAsync("the screen is full of rows", () => visitor.Page.EvaluateAsync<bool>(IsFilled));

    /// <summary>Turns the wheel; gives the largest number of rows that were in the page at once.</summary>
    private static async Task<int> ScrollAsync(Visitor visitor, int steps, int by)
    {
        var most = 0;
        for (var step = 0; step < steps; step++)
        {
            await visitor.Page.Mouse.WheelAsync(0, by);
            most = Math.Max(most, await visitor.Page.EvaluateAsync<int>($"new Promise(done => requestAnimationFrame(() => done({RowCount})))"));
        }

        await FilledAsync(visitor);
        return most;
    }

    private static async Task<ICDPSession> MetricsAsync(Visitor visitor)
    {
        var session = await visitor.Page.Context.NewCDPSessionAsync(visitor.Page);
        await session.SendAsync("Performance.enable");
        return session;
    }

    private static async Task<(double Heap, double Nodes)> MemoryAsync(ICDPSession session)
    {
        for (var i = 0; i < 2; i++) await session.SendAsync("HeapProfiler.collectGarbage");
        var metrics = (await session.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray()
            .ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble());
        return (metrics["JSHeapUsedSize"], metrics["Nodes"]);
    }
}
