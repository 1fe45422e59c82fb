using Microsoft.Playwright;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>The list itself changes: pipelines come into being and go, and nothing moves under whoever works in it.</summary>
[Collection(ListCollection.Name)]
public sealed class LiveListTests(ListSystem list)
{
    private const string ListPath = "/ui-api/pipeline";

    [Fact]
    public async Task APipelineThatIsGoneLeavesTheListWithoutAReload()
    {
        await list.System.Backend.SetAsync("team-gone", "Running");
        await using var visitor = await VisitAsync();
        await Assertions.Expect(visitor.Pipeline("team-gone")).ToHaveCountAsync(1);

        await list.System.Backend.RemoveAsync("team-gone");

        await AskedAsync(visitor, async () => await visitor.Pipeline("team-gone").CountAsync() == 0);
        await Assertions.Expect(visitor.Page.Locator("[data-shown-count]")).ToHaveTextAsync("6");
        await Assertions.Expect(visitor.Page.Locator("[data-all-count]")).ToHaveTextAsync($"{ListSystem.Count}");
        Assert.Single(visitor.Requests, request => request == "/");
        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task WhatComesAndGoesWaitsWhileSomebodyWorksInTheList()
    {
        await list.System.Backend.SetAsync("team-aged", "Running");
        await using var visitor = await VisitAsync();
        var link = visitor.Pipeline("team-c").GetByRole(AriaRole.Link);
        await link.FocusAsync();
        var place = await PlaceAsync(visitor);

        await list.System.Backend.RemoveAsync("team-aged");
        await list.System.Backend.SetAsync("team-born", "Running");

        await AskedAsync(visitor, async () => await Show(visitor).TextContentAsync() == "2 changes, show");
        await Assertions.Expect(visitor.Pipeline("team-aged")).ToContainTextAsync("no longer in the list");
        await Assertions.Expect(visitor.Pipeline("team-aged")).ToHaveAttributeAsync("data-freshness", "stale");
        await Assertions.Expect(visitor.Pipeline("team-born")).ToHaveCountAsync(0);
        await Assertions.Expect(link).ToBeFocusedAsync();
        Assert.Equal(place, await PlaceAsync(visitor));

        await visitor.Page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(visitor.Pipeline("team-aged")).ToHaveCountAsync(0);
        await visitor.Page.ExpectStatusAsync("team-born", "active");
        await Assertions.Expect(link).ToBeFocusedAsync();
        await list.System.Backend.RemoveAsync("team-born");
    }

    [Fact]
    public async Task TheFocusOfARowThatIsGoneIsAtTheNextOne()
    {
        await list.System.Backend.SetAsync("team-b-gone", "Running");
        await using var visitor = await VisitAsync();
        await visitor.Pipeline("team-b-gone").GetByRole(AriaRole.Link).FocusAsync();

        await list.System.Backend.RemoveAsync("team-b-gone");
        await AskedAsync(visitor, async () => await Show(visitor).TextContentAsync() == "1 change, show");
        await Assertions.Expect(visitor.Pipeline("team-b-gone")).ToHaveCountAsync(1);
        await visitor.Page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(visitor.Pipeline("team-b-gone")).ToHaveCountAsync(0);
        await Assertions.Expect(visitor.Pipeline("team-c").GetByRole(AriaRole.Link)).ToBeFocusedAsync();
    }

    [Fact]
    public async Task AListThatCannotBeReadEndsNoRows()
    {
        await using var visitor = await VisitAsync();
        var answers = 0;
        await visitor.Page.RouteAsync($"**{ListPath}", route =>
        {
            answers++;
            return route.FulfillAsync(answers % 2 == 0 ? new() { Status = 502 } : new() { ContentType = "application/json", Body = """{"data":[]}""" });
        });

        // Of another team, so that the page has a reason to ask and nothing to show.
        await list.System.Backend.SetAsync("stray", "Running");
        try
        {
            await AskedAsync(visitor, () => Task.FromResult(answers >= 2));

            await Assertions.Expect(visitor.Page.Locator("[data-shown-count]")).ToHaveTextAsync("6");
            await Assertions.Expect(visitor.Page.Locator("tr[data-pipeline-id]")).ToHaveCountAsync(6);
            Assert.Single(visitor.Requests, request => request == "/");
        }
        finally
        {
            await list.System.Backend.RemoveAsync("stray");
        }
    }

    private static ILocator Show(Visitor visitor) => visitor.Page.Locator("[data-action='show-changes']");

    private Task<Visitor> VisitAsync() => list.VisitAsync(ListSystem.TeamOnly);

    private static Task<double> PlaceAsync(Visitor visitor) =>
        visitor.Page.EvaluateAsync<double>("document.querySelector(`[data-pipeline-id='team-c']`).getBoundingClientRect().top");

    /// <summary>Lets the page look at the list as when its tab is looked at again, until it is so. The list is cached for one interval.</summary>
    private static async Task AskedAsync(Visitor visitor, Func<Task<bool>> isSo) => await Bounded.UntilAsync("the page has asked for the list", async () =>
    {
        await visitor.Page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        return await isSo();
    });
}
