using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Pages;

[Collection(PagesCollection.Name)]
public sealed class LivePageTests(PagesSystem pages)
{
    private const string Status = "data-status";

    private readonly RunningSystem _system = pages.System;

    [Theory]
    [InlineData("/", "orders")]
    [InlineData("/pipelines/billing", "billing")]
    public async Task AChangeInTheBackendShowsWithinTheContractsBoundAndWithoutAReload(string path, string pipeline)
    {
        await _system.Backend.SetAsync(pipeline, "Running");
        await using var visitor = await pages.Browser.VisitAsync(_system.Web.Address);
        await visitor.Page.GotoAsync(path);
        await Assertions.Expect(visitor.Connection).ToHaveAttributeAsync("data-connection-state", "connected", Within(Bounded.Patience));
        await Assertions.Expect(visitor.Connection).ToHaveAttributeAsync("data-transport", "sse");
        await Assertions.Expect(visitor.Pipeline(pipeline)).ToHaveAttributeAsync(Status, "active");

        foreach (var (value, status) in new[] { ("Pausing", "pausing"), ("Paused", "paused"), ("Failed", "failed") })
        {
            await _system.Backend.SetAsync(pipeline, value);
            await Assertions.Expect(visitor.Pipeline(pipeline)).ToHaveAttributeAsync(Status, status, Within(_system.Converged));
            await Assertions.Expect(visitor.Pipeline(pipeline).Locator("[data-status-label]")).ToHaveTextAsync(status, new() { IgnoreCase = true });
        }

        Assert.Single(visitor.Requests, request => request == path);
        Assert.Single(visitor.Requests, request => request == $"/{StreamClient.Path}");
        Assert.Contains($"[SSE Manager] Status update: {pipeline} paused -> failed", visitor.Console);
        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task WithTheFlagOffThePagePollsAndNeverOpensAStream()
    {
        await _system.Backend.SetAsync("orders", "Running");
        await using var visitor = await pages.Browser.VisitAsync(pages.Polling.Address);
        await visitor.Page.GotoAsync("/");
        await Assertions.Expect(visitor.Pipeline("orders")).ToHaveAttributeAsync(Status, "active");

        foreach (var (value, status) in new[] { ("Paused", "paused"), ("Running", "active") })
        {
            await _system.Backend.SetAsync("orders", value);
            await Assertions.Expect(visitor.Pipeline("orders")).ToHaveAttributeAsync(Status, status, Within(Bounded.Patience));
        }

        await Assertions.Expect(visitor.Connection).ToHaveAttributeAsync("data-transport", "polling");
        Assert.Contains("/ui-api/pipeline/status", visitor.Requests);
        Assert.DoesNotContain($"/{StreamClient.Path}", visitor.Requests);
        Assert.Empty(visitor.Complaints);
    }

    [Fact]
    public async Task WithoutScriptTheFirstPaintTellsTheStatuses()
    {
        await _system.Backend.SetAsync("orders", "Failed");
        await _system.Backend.SetAsync("billing", "Stopping");
        await using var visitor = await pages.Browser.VisitAsync(_system.Web.Address, new BrowserNewContextOptions { JavaScriptEnabled = false });

        // The first look at pipelines that nobody watched is a fresh one; a second visit within an interval may see the shared status.
        await Bounded.UntilAsync("the first paint tells the statuses", async () =>
        {
            await visitor.Page.GotoAsync("/");
            return await visitor.Pipeline("orders").GetAttributeAsync(Status) == "failed"
                && await visitor.Pipeline("billing").GetAttributeAsync(Status) == "stopping";
        });

        await Assertions.Expect(visitor.Pipeline("orders")).ToContainTextAsync("Failed");
        await visitor.Page.GotoAsync("/pipelines/billing");
        await Assertions.Expect(visitor.Pipeline("billing")).ToContainTextAsync("Stopping");
        Assert.All(visitor.Requests, request => Assert.DoesNotContain("/ui-api", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task APipelineThatDoesNotExistHasAPageThatSaysSo()
    {
        await using var visitor = await pages.Browser.VisitAsync(_system.Web.Address);

        var answer = await visitor.Page.GotoAsync("/pipelines/no-such-pipeline");

        Assert.Equal(404, answer!.Status);
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "No such pipeline" })).ToBeVisibleAsync();
    }

    private static LocatorAssertionsToHaveAttributeOptions Within(TimeSpan time) => new() { Timeout = (float)time.TotalMilliseconds };
}
