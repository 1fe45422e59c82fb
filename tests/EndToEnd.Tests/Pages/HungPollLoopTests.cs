using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>The poll loop of a replica that works alone stands still, as under a debugger, while everything else of it goes on.</summary>
public sealed class HungPollLoopTests : IAsyncLifetime
{
    private const int HangSeconds = 15;

    /// <summary>Keeps all that the page ever shows of the pipeline.</summary>
    private const string KeepWhatIsShown =
        """
        () => {
          const pipeline = document.querySelector("[data-pipeline-id='orders']");
          const shown = () => `${pipeline.dataset.freshness} ${pipeline.dataset.status}`;
          window.shown = [shown()];
          new MutationObserver(() => window.shown.at(-1) === shown() || window.shown.push(shown()))
            .observe(pipeline, { attributes: true, attributeFilter: ['data-status', 'data-freshness'] });
        }
        """;

    private RunningSystem _system = null!;
    private Browser _browser = null!;

    public async Task InitializeAsync()
    {
        _system = await RunningSystem.StartAsync(new SystemSettings
        {
            RequestTimeout = TimeSpan.FromMilliseconds(800),
            HeartbeatInterval = TimeSpan.FromSeconds(1),
            Pipelines = ["orders", "billing", "invoices-eu"],
            Api = Service.WithControl,
        });
        _browser = await Browser.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        if (_system is not null) await _system.DisposeAsync();
    }

    [Fact]
    public async Task ThePageSaysThatNothingIsConfirmedKeepsItsStreamAndIsLiveAgainByItself()
    {
        await using var visitor = await VisitAsync();
        var notice = visitor.Page.Locator("[data-stalled-notice]");
        var announcer = visitor.Page.Locator("[data-announcer]");

        var hung = await HangAsync();
        await _system.Backend.SetAsync("orders", "Paused");

        await Assertions.Expect(notice).ToBeVisibleAsync(Until(hung, _system.FreshnessBound + TimeSpan.FromSeconds(2)));
        await Assertions.Expect(announcer).ToHaveTextAsync(StalledServerTests.Began);
        await Assertions.Expect(visitor.Connection).ToContainTextAsync("waiting for confirmation");
        foreach (var pipeline in _system.Settings.Pipelines)
        {
            await visitor.Page.ExpectFreshnessAsync(pipeline, "stale");
            await Assertions.Expect(visitor.Pipeline(pipeline)).ToContainTextAsync("may be out of date, confirmed ");
        }

        await ExpectConnectedAsync(visitor);
        var health = await HealthAsync();
        Assert.Equal("Degraded", health[0]);
        Assert.Contains("3 watched pipelines have not been confirmed by a read for more than 9 s.", health);

        // Heartbeats go on and confirm nothing.
        Assert.InRange(Bounded.Since(hung), TimeSpan.Zero, TimeSpan.FromSeconds(HangSeconds));
        await visitor.Page.ExpectStatusAsync("orders", "paused");
        Assert.InRange(Bounded.Since(hung), TimeSpan.FromSeconds(HangSeconds), TimeSpan.FromSeconds(HangSeconds) + _system.Converged);
        foreach (var pipeline in _system.Settings.Pipelines) await visitor.Page.ExpectFreshnessAsync(pipeline, "fresh");
        await Assertions.Expect(notice).ToBeHiddenAsync();
        await Assertions.Expect(announcer).ToHaveTextAsync(StalledServerTests.Over);
        await Assertions.Expect(visitor.Connection).ToContainTextAsync("Live");
        await ExpectConnectedAsync(visitor);
        Assert.Equal(["Healthy"], await HealthAsync());
        Assert.Equal(
            ["fresh active", "stale active", "fresh paused"],
            (await visitor.Page.EvaluateAsync<string[]>("window.shown")).Where(shown => shown != "stale paused"));

        // A page that happens to poll meanwhile is refused; it complains of nothing else.
        Assert.DoesNotContain(visitor.Complaints, complaint => !complaint.StartsWith("Failed to load resource", StringComparison.Ordinal));
    }

    private static LocatorAssertionsToBeVisibleOptions Until(long since, TimeSpan limit) =>
        new() { Timeout = (float)(limit - Bounded.Since(since)).TotalMilliseconds };

    private async Task<Visitor> VisitAsync()
    {
        var visitor = await _browser.VisitAsync(_system.Web.Address);
        await visitor.Page.GotoAsync("/");
        await visitor.Page.ExpectStateAsync("connected");
        foreach (var pipeline in _system.Settings.Pipelines) await visitor.Page.ExpectFreshnessAsync(pipeline, "fresh");
        await visitor.Page.ExpectStatusAsync("orders", "active");
        await visitor.Page.EvaluateAsync(KeepWhatIsShown);
        return visitor;
    }

    /// <summary>Returns once the loop stands still, with when it was told to.</summary>
    private async Task<long> HangAsync()
    {
        using var api = new HttpClient { BaseAddress = _system.Api.Address, Timeout = Bounded.Patience };
        var told = Bounded.Now;
        using var answer = await api.PostAsync(new Uri($"control/polling/hang?seconds={HangSeconds}", UriKind.Relative), content: null);
        answer.EnsureSuccessStatusCode();
        await Bounded.UntilAsync("nothing is read any more", async () =>
        {
            await _system.Backend.ResetStatsAsync();
            await Bounded.PassAsync(_system.Settings.PollInterval * 2);
            return (await _system.Backend.StatsAsync()).Total == 0;
        });
        return told;
    }

    private async Task<string[]> HealthAsync()
    {
        using var api = new HttpClient { BaseAddress = _system.Api.Address, Timeout = Bounded.Patience };
        return (await api.GetStringAsync(new Uri("health", UriKind.Relative))).Split('\n');
    }

    /// <summary>By the one stream that it opened at first.</summary>
    private static async Task ExpectConnectedAsync(Visitor visitor)
    {
        await visitor.Page.ExpectStateAsync("connected");
        await visitor.Page.ExpectTransportAsync("sse");
        Assert.Single(visitor.Requests, request => request == $"/{StreamClient.Path}");
    }
}
