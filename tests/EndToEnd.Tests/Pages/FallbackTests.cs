using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>Streams cannot be had: the page polls, says so, and goes back to streaming.</summary>
[Collection(ClientCollection.Name)]
public sealed partial class FallbackTests(ClientSystem client) : IDisposable
{
    private const string Reset = "[data-action='reset-fallback']";

    private readonly RunningSystem _system = client.System;

    public void Dispose() => client.ImpatientRelay.RefusesStreams = client.ImpatientRelay.RefusesAll = false;

    [Fact]
    public async Task WithoutStreamsThePagePollsAndReturnsToStreamingByItself()
    {
        await _system.Backend.SetAsync("orders", "Running");
        await using var visitor = await client.Browser.VisitPipelineAsync(client.Impatient, "orders");
        var button = visitor.Page.Locator(Reset);
        await Assertions.Expect(button).ToBeHiddenAsync();

        await FallBackAsync(visitor.Page);
        await Assertions.Expect(button).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.Locator("[data-announcer]")).ToContainTextAsync("Live updates stopped; asking every 0.3 s instead.");
        await _system.Backend.SetAsync("orders", "Pausing");
        await visitor.Page.ExpectStatusAsync("orders", "pausing");
        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");

        client.ImpatientRelay.RefusesStreams = false;
        await visitor.Page.ExpectTransportAsync("sse");
        await visitor.Page.ExpectStateAsync("connected");
        await Assertions.Expect(button).ToBeHiddenAsync();
        await _system.Backend.SetAsync("orders", "Paused");
        await visitor.Page.ExpectStatusAsync("orders", "paused");
    }

    [Fact]
    public async Task WhenPollsFailTooThePageSaysSo()
    {
        await using var visitor = await client.Browser.VisitPipelineAsync(client.Impatient, "orders");

        await FallBackAsync(visitor.Page);
        await visitor.Page.ExpectFreshnessAsync("orders", "fresh");
        client.ImpatientRelay.RefusesAll = true;

        await visitor.Page.ExpectFreshnessAsync("orders", "stale");
        await Assertions.Expect(visitor.Connection).ToContainTextAsync("no answer");
    }

    [Fact]
    public async Task TheButtonThatGoesLeavesTheFocusToThePipelines()
    {
        await using var visitor = await client.Browser.VisitPipelineAsync(client.Impatient, "orders");
        await FallBackAsync(visitor.Page);
        client.ImpatientRelay.RefusesStreams = false;

        await visitor.Page.Locator(Reset).PressAsync("Enter");
        await visitor.Page.ExpectStateAsync("connected");

        await Assertions.Expect(visitor.Page.Locator(Reset)).ToBeHiddenAsync();
        await Assertions.Expect(visitor.Page.Locator("#content")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task TheConsoleHasTheContractsLinesAndNoOthersAndTheButtonStreamsAtOnce()
    {
        await _system.Backend.SetAsync("orders", "Running");
        await using var visitor = await client.Browser.VisitPipelineAsync(client.Impatient, "orders");
        await _system.Backend.SetAsync("orders", "Pausing");
        await visitor.Page.ExpectStatusAsync("orders", "pausing");

        await FallBackAsync(visitor.Page);
        client.ImpatientRelay.RefusesStreams = false;
        await visitor.Page.ClickAsync(Reset);
        await visitor.Page.ExpectStateAsync("connected");
        await visitor.Page.ExpectTransportAsync("sse");
        await _system.Backend.SetAsync("orders", "Paused");
        await visitor.Page.ExpectStatusAsync("orders", "paused");

        const string connecting = "[SSE Manager] Connecting to /ui-api/pipeline/status/stream?pipelineIds=orders";
        Assert.Equal(
            [
                connecting,
                "[SSE Manager] Connection established",
                "[SSE Manager] Batch update: 1 pipelines",
                "[SSE Manager] Status update: orders active -> pausing",
                "[SSE Manager] Reconnecting in # ms (attempt 1 of 3): The stream was interrupted.",
                connecting,
                "[SSE Manager] Reconnecting in # ms (attempt 2 of 3): The stream could not be opened.",
                connecting,
                "[SSE Manager] Reconnecting in # ms (attempt 3 of 3): The stream could not be opened.",
                connecting,
                "[SSE Manager] Falling back to polling",
                "[SSE Manager] Fallback reset",
                connecting,
                "[SSE Manager] Connection established",
                "[SSE Manager] Batch update: 1 pipelines",
                "[SSE Manager] Status update: orders pausing -> paused",
            ],
            visitor.Console.Select(line => Parameters().Replace(Delay().Replace(line, "in # ms"), "")));
    }

    [Fact]
    public async Task AListTooLongForOneRequestIsStreamedWhole()
    {
        var last = ClientSystem.TabsOwn(ClientSystem.Tabs - 1);
        await _system.Backend.SetAsync(last, "Running");
        await using var visitor = await client.Browser.VisitAsync(client.Impatient);
        await visitor.Page.GotoAsync("/");

        await visitor.Page.ExpectTransportAsync("sse");
        await Assertions.Expect(visitor.Page.Locator("[data-pipeline-id][data-freshness='fresh']")).ToHaveCountAsync(ClientSystem.Tabs + 2);
        await _system.Backend.SetAsync(last, "Resuming");
        await _system.Backend.SetAsync("orders", "Resuming");
        await visitor.Page.ExpectStatusAsync(last, "resuming");
        await visitor.Page.ExpectStatusAsync("orders", "resuming");

        Assert.Single(visitor.Requests, request => request == $"/{Streams.StreamClient.Path}");
        Assert.Contains($"/{Streams.StreamClient.Path}/watch", visitor.Requests);
        Assert.Empty(visitor.Complaints);
    }

    private async Task FallBackAsync(IPage page)
    {
        client.ImpatientRelay.RefusesStreams = true;
        client.ImpatientRelay.Cut();
        await page.ExpectTransportAsync("polling");
    }

    [GeneratedRegex(@"in \d+ ms", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Delay();

    [GeneratedRegex("(&watch=1|&fields=1|&list=1|&lastEventId=[0-9a-f]+-[0-9]+|&known=[0-9a-f]{16})+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameters();
}
