using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

[Collection(ClientCollection.Name)]
public sealed class EnduranceTests(ClientSystem client)
{
    private const int Minutes = 60;
    private const int Step = 3;

    private readonly RunningSystem _system = client.System;

    /// <summary>The page's clock is ours: whenever it leaps, no event has come for minutes, and the stream is given up.</summary>
    [Fact]
    public async Task AnHourOfStreamsGivenUpLeavesNoListenersBehindAndThePageLive()
    {
        await _system.Backend.SetAsync("orders", "Running");
        await using var visitor = await client.Browser.VisitAsync(client.Address);
        await visitor.Page.Clock.InstallAsync();
        await visitor.Page.GotoAsync("/pipelines/orders");
        await visitor.Page.ExpectStateAsync("connected");
        var chromium = await visitor.Page.Context.NewCDPSessionAsync(visitor.Page);
        await chromium.SendAsync("Performance.enable");

        await LiveAsync(visitor.Page, Step);
        var early = await ListenersAsync(chromium);
        await LiveAsync(visitor.Page, Minutes - Step);
        var late = await ListenersAsync(chromium);

        // Less than one for each stream given up.
        Assert.InRange(late, 1, early + (Minutes / Step / 2));
        await _system.Backend.SetAsync("orders", "Paused");
        await visitor.Page.ExpectStatusAsync("orders", "paused");
        await client.Relay.OpenStreamsAsync(1);
    }

    private async Task LiveAsync(IPage page, int minutes)
    {
        for (var passed = 0; passed < minutes; passed += Step)
        {
            var streams = client.Relay.Streams;
            await page.Clock.FastForwardAsync(Step * 60_000);
            await Bounded.UntilAsync("another stream", () => Task.FromResult(client.Relay.Streams > streams));
            await page.ExpectStateAsync("connected");
            await page.ExpectFreshnessAsync("orders", "fresh");
        }
    }

    private static async Task<double> ListenersAsync(ICDPSession chromium)
    {
        // What was closed is gone when it has been collected; the second time takes what the first one has let go.
        for (var i = 0; i < 2; i++) await chromium.SendAsync("HeapProfiler.collectGarbage");
        var metrics = (await chromium.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics");
        return metrics.EnumerateArray().First(metric => metric.GetProperty("name").ValueEquals("JSEventListeners")).GetProperty("value").GetDouble();
    }
}
