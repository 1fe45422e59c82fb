using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>What the machine under the browser does: adapters that come and go, a sleep, a dialog that stops all scripts, no TLS.</summary>
[Collection(ClientCollection.Name)]
public sealed class MachineTests(ClientSystem client)
{
    private readonly RunningSystem _system = client.System;

    [Fact]
    public async Task AnOfflineEventWhileTheServerAnswersTakesNothingAway()
    {
        await using var visitor = await client.Browser.VisitPipelineAsync(client.Address, "orders");
        await RecordFreshnessAsync(visitor.Page);
        await visitor.Page.EvaluateAsync("window.dispatchEvent(new Event('offline'))");
        await ChangeAsync(visitor.Page, "Paused", "paused");
        await visitor.Page.ExpectStateAsync("connected");
        Assert.DoesNotContain("stale", await RecordedAsync(visitor.Page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutANetworkThePageIsInDoubtAndWithOneItIsRightAgain()
    {
        await _system.Backend.SetAsync("orders", "Running");
        await using var visitor = await client.Browser.VisitPipelineAsync(client.Address, "orders");
        await visitor.Page.Context.SetOfflineAsync(true);
        await visitor.Page.ExpectFreshnessAsync("orders", "stale");
        await _system.Backend.SetAsync("orders", "Failed");
        await visitor.Page.Context.SetOfflineAsync(false);
        await visitor.Page.ExpectStatusAsync("orders", "failed");
        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");
    }

    [Fact]
    public async Task AfterASleepStatusesAreInDoubtUntilTheyAreConfirmedAndNoStreamIsOpened()
    {
        await using var visitor = await client.Browser.VisitPipelineAsync(client.Address, "orders");
        await client.Relay.OpenStreamsAsync(1);
        var streams = client.Relay.Streams;
        await RecordFreshnessAsync(visitor.Page);
        await visitor.Page.EvaluateAsync("(() => { const now = Date.now; Date.now = () => now() + 3_600_000; })()");
        await Bounded.UntilAsync("doubt and its end", async () => await RecordedAsync(visitor.Page) == "stale fresh");
        Assert.Equal(streams, client.Relay.Streams);
    }

    [Fact]
    public async Task ATabBehindADialogIsPassedOverAndFollowsWhenItsDialogIsGone()
    {
        await using var visitor = await client.Browser.VisitPipelineAsync(client.Address, "orders");
        await client.Relay.OpenStreamsAsync(1);
        var second = await visitor.Page.Context.NewPageAsync();
        await second.GotoAsync("/pipelines/orders");
        await second.ExpectStateAsync("connected");
        await Bounded.UntilAsync("one stream for both", () => Task.FromResult(client.Relay.Open == 1));

        var dialog = new TaskCompletionSource<IDialog>();
        visitor.Page.Dialog += (_, opened) => dialog.TrySetResult(opened);
        await visitor.Page.EvaluateAsync("setTimeout(() => alert('Wait.'), 0)");
        var waiting = await dialog.Task.WaitAsync(Bounded.Patience);
        var streams = client.Relay.Streams;
        await Bounded.UntilAsync("another tab has a stream", () => Task.FromResult(client.Relay.Streams > streams));
        await ChangeAsync(second, "Paused", "paused");

        await waiting.AcceptAsync();
        await client.Relay.OpenStreamsAsync(1);
        await visitor.Page.ExpectStatusAsync("orders", "paused");
        await ChangeAsync(visitor.Page, "Failed", "failed");
        await second.ExpectStatusAsync("orders", "failed");
        await client.Relay.OpenStreamsAsync(1);
    }

    [Fact]
    public async Task NineTabsOfAPlainHttpHostShareOneStream()
    {
        var office = new UriBuilder(client.Address) { Host = Browser.PlainHttpHost }.Uri;
        await using var visitor = await client.Browser.VisitAsync(office);
        var tabs = new List<IPage>();
        for (var index = 0; index < 9; index++)
        {
            var tab = index == 0 ? visitor.Page : await visitor.Page.Context.NewPageAsync();
            await tab.GotoAsync($"/pipelines/{ClientSystem.TabsOwn(index)}");
            tabs.Add(tab);
        }

        Assert.False(await visitor.Page.EvaluateAsync<bool>("isSecureContext || 'locks' in navigator"));
        for (var index = 0; index < tabs.Count; index++)
        {
            await tabs[index].ExpectStateAsync("connected");
            await tabs[index].ExpectFreshnessAsync(ClientSystem.TabsOwn(index), "fresh");
        }

        await client.Relay.OpenStreamsAsync(1);
        await tabs[0].CloseAsync();
        await _system.Backend.SetAsync(ClientSystem.TabsOwn(8), "Paused");
        await tabs[8].ExpectStatusAsync(ClientSystem.TabsOwn(8), "paused");
        await client.Relay.OpenStreamsAsync(1);
    }

    private static async Task RecordFreshnessAsync(IPage page) => await page.EvaluateAsync(
        """
        (() => {
          const element = document.querySelector('[data-pipeline-id]');
          window.recorded = [];
          new MutationObserver(() => window.recorded.push(element.dataset.freshness))
            .observe(element, { attributes: true, attributeFilter: ['data-freshness'] });
        })()
        """);

    private static Task<string> RecordedAsync(IPage page) =>
        page.EvaluateAsync<string>("window.recorded.filter((word, index, all) => word !== all[index - 1]).join(' ')");

    private async Task ChangeAsync(IPage page, string value, string status)
    {
        await _system.Backend.SetAsync("orders", value);
        await page.ExpectStatusAsync("orders", status);
        await page.ExpectFreshnessAsync("orders", "fresh");
    }
}
