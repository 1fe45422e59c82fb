using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>What the tests of the browser's stream do to pages and expect of them.</summary>
internal static class PageExpectations
{
    private const float Patience = 30_000;

    /// <summary>Opens a page of one pipeline and waits until it is streamed.</summary>
    public static async Task<Visitor> VisitPipelineAsync(this Browser browser, Uri web, string pipeline)
    {
        var visitor = await browser.VisitAsync(web);
        await visitor.Page.GotoAsync($"/pipelines/{pipeline}");
        await visitor.Page.ExpectStateAsync("connected");
        await visitor.Page.ExpectFreshnessAsync(pipeline, "fresh");
        return visitor;
    }

    public static Task ExpectStateAsync(this IPage page, string state) =>
        Assertions.Expect(page.Locator("[data-connection-state]")).ToHaveAttributeAsync("data-connection-state", state, new() { Timeout = Patience });

    public static Task ExpectTransportAsync(this IPage page, string transport) =>
        Assertions.Expect(page.Locator("[data-connection-state]")).ToHaveAttributeAsync("data-transport", transport, new() { Timeout = Patience });

    public static Task ExpectStatusAsync(this IPage page, string pipeline, string status) =>
        Assertions.Expect(PipelineOf(page, pipeline)).ToHaveAttributeAsync("data-status", status, new() { Timeout = Patience });

    public static Task ExpectFreshnessAsync(this IPage page, string pipeline, string freshness) =>
        Assertions.Expect(PipelineOf(page, pipeline)).ToHaveAttributeAsync("data-freshness", freshness, new() { Timeout = Patience });

    /// <summary>Nothing of the page is hard to reach or to understand, as far as axe can tell.</summary>
    public static async Task ExpectAccessibleAsync(this IPage page)
    {
        var found = await page.RunAxe().WaitAsync(Bounded.Patience);
        Assert.True(found.Violations.Length == 0, string.Join('\n', found.Violations.SelectMany(
            violation => violation.Nodes.Select(node => $"{violation.Id}: {violation.Help}\n  {node.Html}"))));
        Assert.NotEmpty(found.Passes);
    }

    /// <summary>Tells the page that it is hidden or visible: tabs in the background of a headless browser stay visible.</summary>
    public static Task SetVisibilityAsync(this IPage page, string state) => page.EvaluateAsync(
        """
        state => {
          Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """,
        state);

    /// <summary>Completes when so many streams are open at the server, and no others.</summary>
    public static Task OpenStreamsAsync(this StreamRelay relay, int count) =>
        Bounded.UntilAsync($"{count} streams open", () => Task.FromResult(relay.Open == count));

    private static ILocator PipelineOf(IPage page, string pipeline) => page.Locator($"[data-pipeline-id='{pipeline}']");
}
