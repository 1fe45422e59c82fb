using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Pages;

namespace PipelineAspire.EndToEnd.Tests.Demos;

[Collection(DemoCollection.Name)]
public sealed class DemoAccessibilityTests(DemoSystem system)
{
    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task AxeFindsNothingOnTheDemoPage(int width, ColorScheme scheme)
    {
        await using var visitor = await system.Browser.VisitAsync(system.Web.Address, new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = width, Height = 800 },
        });
        await visitor.Page.GotoAsync("/demo");
        await Assertions.Expect(visitor.Connection).ToHaveAttributeAsync("data-connection-state", "connected");
        await Assertions.Expect(visitor.Page.Locator("[data-replica]")).ToHaveCountAsync(2);
        await visitor.Page.Locator("[data-event-panel] > summary").ClickAsync();

        await visitor.Page.ExpectAccessibleAsync();
        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task WithoutScriptThePageSaysWhatItNeeds()
    {
        await using var visitor = await system.Browser.VisitAsync(system.Web.Address, new BrowserNewContextOptions { JavaScriptEnabled = false });
        await visitor.Page.GotoAsync("/demo");

        // Playwright forbids the script to run, but lets the parser take scripting for switched on: it is there, not shown.
        Assert.Contains("The buttons need JavaScript", await visitor.Page.ContentAsync(), StringComparison.Ordinal);
        await Assertions.Expect(visitor.Pipeline("orders")).ToBeVisibleAsync();
    }
}
