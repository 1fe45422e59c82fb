using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

[Collection(PagesCollection.Name)]
public sealed class AccessibilityTests(PagesSystem pages)
{
    private static readonly string[] Values =
        ["Running", "Created", "Pausing", "Paused", "Resuming", "Stopping", "Stopped", "Terminating", "Terminated", "Failed", "Dreaming"];

    private readonly RunningSystem _system = pages.System;

    [Theory]
    [InlineData("/", ColorScheme.Light)]
    [InlineData("/", ColorScheme.Dark)]
    [InlineData("/pipelines/looks-0", ColorScheme.Light)]
    [InlineData("/pipelines/looks-0", ColorScheme.Dark)]
    public async Task AxeFindsNothing(string path, ColorScheme scheme)
    {
        for (var i = 0; i < Values.Length; i++) await _system.Backend.SetAsync($"looks-{i}", Values[i]);
        await using var visitor = await pages.Browser.VisitAsync(_system.Web.Address, new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        await visitor.Page.GotoAsync(path);
        await Assertions.Expect(visitor.Connection).ToHaveAttributeAsync("data-connection-state", "connected");
        await Assertions.Expect(visitor.Pipeline("looks-0")).ToHaveAttributeAsync("data-freshness", "fresh");
        foreach (var panel in await visitor.Page.Locator("details > summary").AllAsync()) await panel.ClickAsync();

        await visitor.Page.ExpectAccessibleAsync();
    }
}
