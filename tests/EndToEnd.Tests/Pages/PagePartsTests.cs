using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>What the pages show beside the statuses.</summary>
[Collection(PagesCollection.Name)]
public sealed class PagePartsTests(PagesSystem pages) : IAsyncLifetime
{
    private readonly RunningSystem _system = pages.System;
    private Visitor _visitor = null!;

    private IPage Page => _visitor.Page;

    public async Task InitializeAsync()
    {
        foreach (var pipeline in new[] { "orders", "billing" }) await _system.Backend.SetAsync(pipeline, "Running");
        _visitor = await pages.Browser.VisitAsync(_system.Web.Address);
    }

    public async Task DisposeAsync() => await _visitor.DisposeAsync();

    [Fact]
    public async Task APipelineThatComesIntoBeingGetsARowThatLives()
    {
        await OpenAsync("/", "orders");
        await _system.Backend.SetAsync("newcomer", "Paused");
        await Bounded.UntilAsync("the page looks again and finds it", async () =>
        {
            // What a browser does when the tab is looked at again. The list behind it is cached for one interval.
            await Page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
            return await _visitor.Pipeline("newcomer").CountAsync() == 1;
        });

        await Assertions.Expect(_visitor.Pipeline("newcomer")).ToHaveAttributeAsync("data-status", "paused");
        await Assertions.Expect(_visitor.Pipeline("newcomer")).ToContainTextAsync("Newcomer");
        await _system.Backend.SetAsync("newcomer", "Failed");
        await Assertions.Expect(_visitor.Pipeline("newcomer")).ToHaveAttributeAsync("data-status", "failed");
        await Assertions.Expect(_visitor.Pipeline("newcomer").GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", "/pipelines/newcomer");
        Assert.Empty(_visitor.Complaints);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/pipelines/orders")]
    public async Task TheEventPanelShowsWhatCameOverTheWire(string path)
    {
        await OpenAsync(path, "orders");
        await Page.Locator("[data-event-panel] > summary").ClickAsync();
        await Assertions.Expect(Page.Locator("[data-event='batch_update']").First).ToContainTextAsync("\"type\":\"batch_update\"");
        await _system.Backend.SetAsync("orders", "Paused");

        var update = Page.Locator("[data-event='status_update']").First;
        await Assertions.Expect(update).ToContainTextAsync("\"pipelineId\":\"orders\",\"status\":\"paused\",\"previousStatus\":\"active\"}");
        Assert.Matches("^[0-9a-f]{16}-[0-9]+$", await update.Locator("td").Nth(2).TextContentAsync());
    }

    [Fact]
    public async Task TheDetailsDrawWhatHappenedAndTellHowFast()
    {
        await OpenAsync("/pipelines/billing", "billing");
        await _system.Backend.SetAsync("billing", "Failed");

        await Assertions.Expect(Page.Locator("[data-timeline] .timeline-status[data-chip='failed']")).ToHaveCountAsync(1);
        await Assertions.Expect(Page.Locator("[data-timeline] .timeline-status[data-chip='active']")).ToHaveCountAsync(1);
        await Assertions.Expect(Page.Locator("[data-timeline]"))
            .ToHaveAttributeAsync("aria-label", new Regex("Active, then Failed"));
        await Assertions.Expect(Page.Locator("[data-latency]")).ToContainTextAsync("ms of the fastest event");
        await Assertions.Expect(Page.Locator("[data-confirmed]")).ToContainTextAsync("just now");
        Assert.Empty(_visitor.Complaints);
    }

    [Fact]
    public async Task TheSavingsFollowTheSlider()
    {
        await OpenAsync("/", "orders");
        await Page.Locator("[data-savings] > summary").ClickAsync();
        var pipelines = await Page.Locator("[data-pipelines] tbody tr").CountAsync();
        await Assertions.Expect(Page.Locator("[data-savings-range]")).ToHaveAccessibleNameAsync(new Regex("If .*pages like this one were open"));
        await Page.Locator("[data-savings-range]").FillAsync("200");

        await Assertions.Expect(Page.Locator("[data-savings-tabs]")).ToHaveTextAsync("200");
        await Assertions.Expect(Page.Locator("[data-savings-many]"))
            .ToHaveTextAsync((pipelines * 100).ToString("N0", System.Globalization.CultureInfo.InvariantCulture));
    }

    private async Task OpenAsync(string path, string pipeline)
    {
        await Page.GotoAsync(path);
        await Assertions.Expect(_visitor.Pipeline(pipeline)).ToHaveAttributeAsync("data-freshness", "fresh");
        await Assertions.Expect(_visitor.Pipeline(pipeline)).ToHaveAttributeAsync("data-status", "active");
    }
}
