using System.Collections.Concurrent;
using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>Twice as many tabs as a browser has connections to one origin over HTTP/1.1, each watching something of its own.</summary>
[Collection(ClientCollection.Name)]
public sealed class ManyTabsTests(ClientSystem client)
{
    private static readonly TimeSpan Takeover = TimeSpan.FromSeconds(2);

    private readonly RunningSystem _system = client.System;

    [Fact]
    public async Task TwelveTabsShareOneStreamAndWhenItsTabIsClosedAnotherTakesOver()
    {
        await using var visitor = await client.Browser.VisitAsync(client.Address);
        var streamsOfTabs = new ConcurrentDictionary<IRequest, IPage>();
        var context = visitor.Page.Context;
        context.Request += (_, request) =>
        {
            if (request.ResourceType == "eventsource") streamsOfTabs[request] = request.Frame.Page;
        };
        // A tab that led for a moment, before it heard of another one, has closed its stream again.
        context.RequestFailed += (_, request) => streamsOfTabs.TryRemove(request, out var _);
        context.RequestFinished += (_, request) => streamsOfTabs.TryRemove(request, out var _);
        var tabs = await Task.WhenAll(Enumerable.Range(0, ClientSystem.Tabs).Select(async index =>
        {
            var tab = index == 0 ? visitor.Page : await context.NewPageAsync();
            await tab.GotoAsync($"/pipelines/{ClientSystem.TabsOwn(index)}");
            return tab;
        }));
        for (var i = 0; i < tabs.Length; i++)
        {
            await tabs[i].ExpectStateAsync("connected");
            await tabs[i].ExpectFreshnessAsync(ClientSystem.TabsOwn(i), "fresh");
        }

        await client.Relay.OpenStreamsAsync(1);
        await EverybodyIsToldAsync(tabs, "Paused", "paused");
        Assert.Equal(1, client.Relay.Open);
        Assert.Equal(200, await tabs[^1].EvaluateAsync<int>("fetch('/ui-api/pipeline').then(answer => answer.status)").WaitAsync(Takeover));

        var leader = Assert.Single(streamsOfTabs).Value;
        var streams = client.Relay.Streams;
        await leader.CloseAsync();
        var closed = Bounded.Now;
        await Bounded.UntilAsync(
            "another tab has opened the stream", () => Task.FromResult(client.Relay.Streams > streams && client.Relay.Open == 1), Takeover);
        var left = tabs.Where(tab => tab != leader).ToArray();
        foreach (var tab in left) await tab.ExpectStateAsync("connected");

        Assert.InRange(Bounded.Since(closed), TimeSpan.Zero, Takeover);
        await EverybodyIsToldAsync(tabs, "Failed", "failed", except: leader);
        Assert.Equal(1, client.Relay.Open);
    }

    private async Task EverybodyIsToldAsync(IPage[] tabs, string value, string status, IPage? except = null)
    {
        for (var i = 0; i < tabs.Length; i++) await _system.Backend.SetAsync(ClientSystem.TabsOwn(i), value);
        for (var i = 0; i < tabs.Length; i++)
        {
            if (tabs[i] != except) await tabs[i].ExpectStatusAsync(ClientSystem.TabsOwn(i), status);
        }
    }
}
