using Microsoft.Playwright;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>Somebody works in the list while pipelines change: nothing is pulled away from under focus, pointer or selection.</summary>
[Collection(ListCollection.Name)]
public sealed class ListHoldTests(ListSystem list)
{
    private const string ByChange = $"{ListSystem.TeamOnly}&sort=changed";
    private const string ByStatus = $"{ListSystem.TeamOnly}&sort=status";
    private const string ActiveOnly = $"{ListSystem.TeamOnly}&status=active";

    [Theory]
    [InlineData(ByChange)]
    [InlineData(ByStatus)]
    [InlineData(ActiveOnly)]
    public async Task AFocusedRowThatChangesKeepsFocusAndPlaceUntilTheFocusLeaves(string path)
    {
        await using var visitor = await list.VisitAsync(path);
        var before = await ShownAsync(visitor);
        var (row, link) = (before[^1], LinkOf(visitor, before[^1]));
        await link.FocusAsync();
        var place = await PlaceAsync(visitor, row);

        await list.System.Backend.SetAsync(row, "Failed");
        await visitor.Page.ExpectStatusAsync(row, "failed");
        await Assertions.Expect(Show(visitor)).ToHaveTextAsync("1 change, show");

        await Assertions.Expect(link).ToBeFocusedAsync();
        Assert.Equal(before, await ShownAsync(visitor));
        Assert.Equal(place, await PlaceAsync(visitor, row));

        await visitor.Page.Locator("[name=q]").FocusAsync();
        await ExpectShownAsync(visitor, path == ActiveOnly ? before.SkipLast(1) : [row, .. before.SkipLast(1)]);
        await Assertions.Expect(Show(visitor)).ToBeHiddenAsync();
        Assert.Empty(visitor.Complaints);
    }

    [Theory]
    [InlineData(ByChange)]
    [InlineData(ActiveOnly)]
    public async Task NothingMovesUnderThePointerUntilItLeaves(string path)
    {
        await using var visitor = await list.VisitAsync(path);
        var before = await ShownAsync(visitor);
        await visitor.Pipeline(before[3]).HoverAsync();
        var place = await PlaceAsync(visitor, before[3]);

        // The hovered row itself, and one above it.
        await list.SetAsync([before[3], before[1]], "Paused");
        await visitor.Page.ExpectStatusAsync(before[3], "paused");
        await visitor.Page.ExpectStatusAsync(before[1], "paused");
        await Assertions.Expect(Show(visitor)).ToHaveTextAsync("2 changes, show");

        Assert.Equal(before, await ShownAsync(visitor));
        Assert.Equal(place, await PlaceAsync(visitor, before[3]));

        await visitor.Page.Locator("h1").HoverAsync();
        await Assertions.Expect(Show(visitor)).ToBeHiddenAsync();
        var after = await ShownAsync(visitor);
        if (path == ActiveOnly) Assert.Equal(before.Where((_, i) => i is not (1 or 3)), after);
        else Assert.Equal(new[] { before[1], before[3] }.Order(StringComparer.Ordinal), after[..2].Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ASelectionIsKeptUntilItIsGivenUp()
    {
        await using var visitor = await list.VisitAsync(ByChange);
        var before = await ShownAsync(visitor);
        await visitor.Page.EvaluateAsync("id => getSelection().selectAllChildren(document.querySelector(`[data-pipeline-id='${id}'] code`))", before[4]);

        await list.System.Backend.SetAsync(before[4], "Paused");
        await Assertions.Expect(Show(visitor)).ToHaveTextAsync("1 change, show");

        Assert.Equal(before[4], await visitor.Page.EvaluateAsync<string>("getSelection().toString()"));
        Assert.Equal(before, await ShownAsync(visitor));

        await visitor.Page.EvaluateAsync("getSelection().removeAllRanges()");
        await ExpectShownAsync(visitor, [before[4], .. before.Where((_, i) => i != 4)]);
    }

    [Fact]
    public async Task TheKeyboardReachesTheButtonAndComesBackToTheSameRow()
    {
        await using var visitor = await list.VisitAsync(ByChange);
        var before = await ShownAsync(visitor);
        await LinkOf(visitor, before[0]).FocusAsync();
        await list.System.Backend.SetAsync(before[5], "Paused");
        await Assertions.Expect(Show(visitor)).ToHaveTextAsync("1 change, show");

        await visitor.Page.Keyboard.PressAsync("Shift+Tab");
        await Assertions.Expect(Show(visitor)).ToBeFocusedAsync();
        Assert.Equal(before, await ShownAsync(visitor));
        await visitor.Page.Keyboard.PressAsync("Enter");

        await ExpectShownAsync(visitor, [before[5], .. before.SkipLast(1)]);
        await Assertions.Expect(LinkOf(visitor, before[0])).ToBeFocusedAsync();
        await Assertions.Expect(Show(visitor)).ToBeHiddenAsync();
    }

    [Fact]
    public async Task EscapeShowsTheChangesAroundTheRowThatHasTheFocus()
    {
        await using var visitor = await list.VisitAsync(ByChange);
        var before = await ShownAsync(visitor);
        var link = LinkOf(visitor, before[3]);
        await link.FocusAsync();
        await visitor.Page.EvaluateAsync("document.activeElement.addEventListener('blur', () => window.lostFocus = true)");
        await list.System.Backend.SetAsync(before[3], "Paused");
        await Assertions.Expect(Show(visitor)).ToHaveTextAsync("1 change, show");

        await visitor.Page.Keyboard.PressAsync("Escape");

        await ExpectShownAsync(visitor, [before[3], .. before.Where((_, i) => i != 3)]);
        await Assertions.Expect(link).ToBeFocusedAsync();
        Assert.False(await visitor.Page.EvaluateAsync<bool>("window.lostFocus === true"));
    }

    [Fact]
    public async Task WhenTheFocusedRowGoesTheFocusIsAtTheNextOne()
    {
        await using var visitor = await list.VisitAsync(ActiveOnly);
        var before = await ShownAsync(visitor);
        await LinkOf(visitor, before[2]).FocusAsync();
        await list.SetAsync([before[2], before[3]], "Paused");
        await Assertions.Expect(Show(visitor)).ToHaveTextAsync("2 changes, show");

        await visitor.Page.Keyboard.PressAsync("Escape");

        await ExpectShownAsync(visitor, before.Where((_, i) => i is not (2 or 3)));
        await Assertions.Expect(LinkOf(visitor, before[4])).ToBeFocusedAsync();
    }

    [Fact]
    public async Task AClickShowsTheChangesAndTheNextOnesWaitAgain()
    {
        await using var visitor = await list.VisitAsync(ByChange);
        var before = await ShownAsync(visitor);
        await visitor.Pipeline(before[1]).HoverAsync();
        await list.System.Backend.SetAsync(before[5], "Paused");

        await Show(visitor).ClickAsync();
        string[] after = [before[5], .. before.SkipLast(1)];
        await ExpectShownAsync(visitor, after);
        await Assertions.Expect(visitor.Page.Locator("[data-list]")).ToBeFocusedAsync();
        await list.System.Backend.SetAsync(before[4], "Paused");

        await Assertions.Expect(Show(visitor)).ToHaveTextAsync("1 change, show");
        Assert.Equal(after, await ShownAsync(visitor));
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task AxeFindsNothingAtTheOfferAndItTakesNoRoom(ColorScheme scheme, int width)
    {
        await using var visitor = await list.VisitAsync(ByChange, new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = width, Height = 800 },
        }, ListSystem.KeepAnnouncements);
        var before = await ShownAsync(visitor);
        await LinkOf(visitor, before[2]).FocusAsync();
        await list.System.Backend.SetAsync(before[5], "Failed");
        await Assertions.Expect(Show(visitor)).ToBeVisibleAsync();

        await visitor.Page.ExpectAccessibleAsync();
        Assert.True(await visitor.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the window.");
        await Bounded.UntilAsync("the offer is told", async () =>
            (await visitor.Page.EvaluateAsync<string[]>("window.told")).Any(text => text.Contains("Escape shows the changes.", StringComparison.Ordinal)));
    }

    private static ILocator Show(Visitor visitor) => visitor.Page.Locator("[data-action='show-changes']");

    private static ILocator LinkOf(Visitor visitor, string pipeline) => visitor.Pipeline(pipeline).GetByRole(AriaRole.Link);

    private static Task<string[]> ShownAsync(Visitor visitor) => visitor.Page.EvaluateAsync<string[]>(
        "() => [...document.querySelectorAll('tr[data-pipeline-id]:not([hidden])')].map(row => row.dataset.pipelineId)");

    private static async Task ExpectShownAsync(Visitor visitor, IEnumerable<string> pipelines)
    {
        var wanted = string.Join(' ', pipelines);
        await Bounded.UntilAsync($"the rows are {wanted}", async () => string.Join(' ', await ShownAsync(visitor)) == wanted);
    }

    /// <summary>Where a row is once it has glided there: the list may have been sorted anew just before.</summary>
    private static Task<double> PlaceAsync(Visitor visitor, string pipeline) => visitor.Page.EvaluateAsync<double>(
        """
        async id => {
          const row = document.querySelector(`[data-pipeline-id='${id}']`);
          const glides = row.getAnimations().filter(animation => animation.effect.getKeyframes().some(frame => 'transform' in frame));
          await Promise.all(glides.map(glide => glide.finished));
          return row.getBoundingClientRect().top;
        }
        """, pipeline);
}
