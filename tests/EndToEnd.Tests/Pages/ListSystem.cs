using System.Globalization;
using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>A system with a list as long as a real one, six of whose pipelines belong to a team, and a browser.</summary>
public sealed class ListSystem : IAsyncLifetime
{
    internal const int Count = 326;

    /// <summary>The address of the team's rows alone.</summary>
    internal const string TeamOnly = "/?q=team-";

    /// <summary>Keeps all announcements: each may be followed by the next before a test looks.</summary>
    internal const string KeepAnnouncements =
        """
        window.told = [];
        addEventListener('DOMContentLoaded', () => {
          const region = document.querySelector('[data-announcer]');
          if (region) new MutationObserver(() => window.told.push(region.textContent)).observe(region, { childList: true });
        });

        """;

    private RunningSystem? _system;
    private Browser? _browser;

    internal static IReadOnlyList<string> Team { get; } = ["team-a", "team-b", "team-c", "team-d", "team-e", "team-f"];

    internal static IReadOnlyList<string> All { get; } =
        [.. Team, .. Enumerable.Range(0, Count - Team.Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"fleet-{i:d3}"))];

    internal RunningSystem System => _system!;

    internal Browser Browser => _browser!;

    public async Task InitializeAsync()
    {
        _system = await RunningSystem.StartAsync(new SystemSettings
        {
            PollInterval = TimeSpan.FromMilliseconds(500),
            RequestTimeout = TimeSpan.FromSeconds(2),
            Pipelines = All,
            Web = new Dictionary<string, string>
            {
                ["SseManager__ReconnectDelay"] = "100",
                ["SseManager__MaxReconnectDelay"] = "400",
                ["SseManager__MaxReconnectAttempts"] = "1000",
            },
        });
        _browser = await Browser.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        if (_system is not null) await _system.DisposeAsync();
    }

    /// <summary>A visitor of the list whose team is running and confirmed.</summary>
    internal async Task<Visitor> VisitAsync(string path, BrowserNewContextOptions? options = null, string? script = null)
    {
        await SetAsync(Team, "Running");
        var visitor = await Browser.VisitAsync(System.Web.Address, options);
        if (script is not null) await visitor.Page.AddInitScriptAsync(script);
        await visitor.Page.GotoAsync(path);
        await visitor.Page.ExpectStateAsync("connected");
        foreach (var pipeline in Team)
        {
            await visitor.Page.ExpectFreshnessAsync(pipeline, "fresh");
            await visitor.Page.ExpectStatusAsync(pipeline, "active");
        }

        return visitor;
    }

    internal async Task SetAsync(IEnumerable<string> pipelines, string status)
    {
        foreach (var part in pipelines.Chunk(50)) await Task.WhenAll(part.Select(pipeline => System.Backend.SetAsync(pipeline, status)));
    }
}

[CollectionDefinition(Name)]
public sealed class ListCollection : ICollectionFixture<ListSystem>
{
    public const string Name = "List";
}
