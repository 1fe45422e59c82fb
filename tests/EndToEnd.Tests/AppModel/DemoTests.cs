using Aspire.Hosting.ApplicationModel;
using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Pages;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.AppModel;

/// <summary>The commands of the resources, run as the dashboard's buttons run them, and seen in a browser.</summary>
[Collection(ApplicationCollection.Name)]
public sealed class DemoTests(ApplicationSystem system)
{
    private const string Status = "data-status";
    private const string Pipeline = "payments-ledger";

    private readonly Application _application = system.Application;

    [Fact]
    public async Task ABrokenBackendLeavesOldStatusesAndAHealedOneFreshOnes()
    {
        await using var visitor = await VisitAsync();
        await _application.CommandAsync("backend", "break-backend");
        await Assertions.Expect(visitor.Pipeline(Pipeline)).ToHaveAttributeAsync("data-freshness", "stale", Patiently());
        await Assertions.Expect(visitor.Pipeline(Pipeline)).ToHaveAttributeAsync(Status, "active");

        await _application.CommandAsync("backend", "heal-backend");

        await Assertions.Expect(visitor.Pipeline(Pipeline)).ToHaveAttributeAsync("data-freshness", "fresh", Patiently());
        await ShowsChangesAsync(visitor);
    }

    [Fact]
    public async Task AKilledPollerIsMissedByNobodyAndComesBackOnCommand()
    {
        await using var visitor = await VisitAsync();
        var poller = await _application.PollerAsync();

        Assert.StartsWith("Killed.", await _application.CommandAsync(poller, "kill-replica"), StringComparison.Ordinal);
        Assert.NotEqual(0, await _application.EndedAsync(poller));
        await ShowsChangesAsync(visitor);
        Assert.NotEqual(poller, await _application.PollerAsync());

        await _application.CommandAsync(poller, KnownResourceCommands.StartCommand);
        await _application.HealthyAsync(poller);
        await ShowsChangesAsync(visitor);
    }

    [Fact]
    public async Task APausedPollerIsReplacedAndNotBelievedWhenItGoesOn()
    {
        await using var visitor = await VisitAsync();
        var poller = await _application.PollerAsync();

        await _application.CommandAsync(poller, "pause-replica");
        await ShowsChangesAsync(visitor);
        await Bounded.UntilAsync("another replica polls", async () => await _application.PollerAsync() != poller); // its last reads may come when it goes on

        await _application.CommandAsync(poller, "resume-replica");
        await _application.HealthyAsync(poller);
        await ShowsChangesAsync(visitor);
        await _application.OneReplicaReadsAsync(Pipeline);
    }

    [Fact]
    public async Task WithoutRedisChangesAreShownAllTheSameAndWithItOneReplicaReadsAgain()
    {
        await using var visitor = await VisitAsync();

        await _application.CommandAsync("redis", KnownResourceCommands.StopCommand);
        await _application.EndedAsync("redis");
        await ShowsChangesAsync(visitor);

        await _application.CommandAsync("redis", KnownResourceCommands.StartCommand);
        await _application.HealthyAsync("redis");
        await _application.CommandAsync("redis", KnownResourceCommands.RestartCommand);
        await _application.HealthyAsync("redis");
        await ShowsChangesAsync(visitor);
        await _application.OneReplicaReadsAsync(Pipeline);
    }

    [Fact]
    public async Task TheStormEndsWithWhatTheBackendSaysLast()
    {
        await using var visitor = await VisitAsync();
        await _application.Backend.SetAsync(Pipeline, "Created");
        await Assertions.Expect(visitor.Pipeline(Pipeline)).ToHaveAttributeAsync(Status, "starting", Patiently());

        var before = Updates(visitor);
        await _application.CommandAsync("backend", "run-storm");

        await Bounded.UntilAsync("the storm is over", async () => !await _application.Backend.RunsScriptAsync());
        await Assertions.Expect(visitor.Pipeline(Pipeline)).ToHaveAttributeAsync(Status, "active", Patiently());

        // It has nine steps that change a status; on a busy machine a poll may see two of them as one.
        Assert.InRange(Updates(visitor) - before, 4, 9);
        Assert.Single(visitor.Requests, request => request == "/");
    }

    private static int Updates(Visitor visitor) =>
        visitor.Console.Count(line => line.StartsWith($"[SSE Manager] Status update: {Pipeline} ", StringComparison.Ordinal));

    private static LocatorAssertionsToHaveAttributeOptions Patiently() => new() { Timeout = (float)Bounded.Patience.TotalMilliseconds };

    /// <summary>A visitor of the list, on which every status is known and live.</summary>
    private async Task<Visitor> VisitAsync()
    {
        await _application.Backend.EndScriptAsync();
        await _application.Backend.SetAsync(Pipeline, "Running");
        var visitor = await system.Browser.VisitAsync(_application.Web);
        await visitor.Page.GotoAsync("/");
        await Assertions.Expect(visitor.Connection).ToHaveAttributeAsync("data-connection-state", "connected", Patiently());
        await Assertions.Expect(visitor.Connection).ToHaveAttributeAsync("data-transport", "sse");
        await Assertions.Expect(visitor.Pipeline(Pipeline)).ToHaveAttributeAsync(Status, "active", Patiently());
        return visitor;
    }

    private async Task ShowsChangesAsync(Visitor visitor)
    {
        foreach (var (value, status) in new[] { ("Paused", "paused"), ("Running", "active") })
        {
            await _application.Backend.SetAsync(Pipeline, value);
            await Assertions.Expect(visitor.Pipeline(Pipeline)).ToHaveAttributeAsync(Status, status, Patiently());
        }

        await Assertions.Expect(visitor.Connection).ToHaveAttributeAsync("data-transport", "sse");
        Assert.DoesNotContain("/ui-api/pipeline/status", visitor.Requests);
        Assert.Contains($"/{StreamClient.Path}", visitor.Requests);
    }
}
