using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>The stream breaks, in one way or another, under a page that is being looked at.</summary>
[Collection(ClientCollection.Name)]
public sealed class BrokenStreamTests(ClientSystem client)
{
    private readonly RunningSystem _system = client.System;

    [Fact]
    public async Task WhenTheApiIsKilledThePageSaysThatNothingIsConfirmedAndIsUpToDateWhenItReturns()
    {
        await _system.Backend.SetAsync("orders", "Running");
        await using var visitor = await client.Browser.VisitPipelineAsync(client.Address, "orders");
        await visitor.Page.ExpectStatusAsync("orders", "active");
        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");

        await _system.Api.KillAsync();
        try
        {
            await visitor.Page.ExpectFreshnessAsync("orders", "stale");
            await Assertions.Expect(visitor.Connection).ToContainTextAsync("waiting for confirmation");
            await visitor.Page.ExpectStatusAsync("orders", "active");
            await _system.Backend.SetAsync("orders", "Paused");
        }
        finally
        {
            await _system.Api.StartAsync();
        }

        await visitor.Page.ExpectStatusAsync("orders", "paused");
        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");
        await visitor.Page.ExpectStateAsync("connected");
        Assert.Equal(1, client.Relay.Open);
        Assert.DoesNotContain(visitor.Console, line => line.StartsWith("[SSE Manager] Reconnecting in ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhenWebIsKilledThePageSaysSoAndWhenItReturnsThePageIsUpToDate()
    {
        await _system.Backend.SetAsync("orders", "Running");
        await using var visitor = await client.Browser.VisitPipelineAsync(client.Address, "orders");
        await visitor.Page.ExpectStatusAsync("orders", "active");

        await _system.Web.KillAsync();
        try
        {
            await visitor.Page.ExpectStateAsync("reconnecting");
            await visitor.Page.ExpectFreshnessAsync("orders", "stale");
            await visitor.Page.ExpectStatusAsync("orders", "active");
            await _system.Backend.SetAsync("orders", "Paused");
        }
        finally
        {
            await _system.Web.StartAsync();
        }

        await visitor.Page.ExpectStateAsync("connected");
        await visitor.Page.ExpectStatusAsync("orders", "paused");
        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");
        await client.Relay.OpenStreamsAsync(1);
        Assert.Contains(visitor.Console, line => line.StartsWith("[SSE Manager] Reconnecting in ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AServerThatHangsWithoutAWordIsFoundByTheWatchdogAndLeft()
    {
        await _system.Backend.SetAsync("orders", "Running");
        await using var visitor = await client.Browser.VisitPipelineAsync(client.Address, "orders");

        _system.Web.Process.Signal("STOP");
        try
        {
            await visitor.Page.ExpectStateAsync("reconnecting");
            await visitor.Page.ExpectFreshnessAsync("orders", "stale");
            Assert.Contains("[SSE Manager] Timeout: no event for 2000 ms", visitor.Console);
        }
        finally
        {
            _system.Web.Process.Signal("CONT");
        }

        await visitor.Page.ExpectStateAsync("connected");
        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");
        await _system.Backend.SetAsync("orders", "Paused");
        await visitor.Page.ExpectStatusAsync("orders", "paused");
        await client.Relay.OpenStreamsAsync(1);
    }

    [Fact]
    public async Task OnASlowNetworkThatBreaksAgainAndAgainNothingGoesBackAndTheLastStatusArrives()
    {
        (string Value, string Status)[] told =
        [
            ("Running", "active"), ("Pausing", "pausing"), ("Paused", "paused"), ("Resuming", "resuming"),
            ("Stopping", "stopping"), ("Stopped", "stopped"), ("Failed", "failed"),
        ];
        await _system.Backend.SetAsync("orders", told[0].Value);
        await using var visitor = await client.Browser.VisitPipelineAsync(client.Address, "orders");
        await visitor.Page.ExpectStatusAsync("orders", told[0].Status);
        await visitor.Page.EvaluateAsync(
            """
            () => {
              const pipeline = document.querySelector("[data-pipeline-id='orders']");
              window.shown = [pipeline.dataset.status];
              new MutationObserver(() => window.shown.at(-1) === pipeline.dataset.status || window.shown.push(pipeline.dataset.status))
                .observe(pipeline, { attributes: true, attributeFilter: ['data-status'] });
            }
            """);
        var network = await visitor.Page.Context.NewCDPSessionAsync(visitor.Page);
        await network.SendAsync("Network.enable");

        for (var i = 1; i < told.Length; i++)
        {
            // Half a second for a kilobyte, with moments of no network at all, and streams cut off in the middle.
            await ConditionsAsync(network, offline: i % 3 == 0);
            await _system.Backend.SetAsync("orders", told[i].Value);
            if (i % 3 == 1) client.Relay.Cut();
            if (i % 3 == 0) await visitor.Page.ExpectFreshnessAsync("orders", "stale");
            await ConditionsAsync(network, offline: false);
        }

        await visitor.Page.ExpectStatusAsync("orders", told[^1].Status);
        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");
        var shown = await visitor.Page.EvaluateAsync<string[]>("window.shown");
        var order = shown.Select(status => Array.FindIndex(told, one => one.Status == status)).ToArray();
        Assert.True(order.SequenceEqual(order.Order().Distinct()), string.Join(' ', shown));
        await client.Relay.OpenStreamsAsync(1);
    }

    private static async Task ConditionsAsync(ICDPSession network, bool offline) => await network.SendAsync(
        "Network.emulateNetworkConditions",
        new Dictionary<string, object> { ["offline"] = offline, ["latency"] = 250, ["downloadThroughput"] = 2000, ["uploadThroughput"] = 2000 });
}
