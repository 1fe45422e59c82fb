using System.Globalization;
using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>A system with ten thousand pipelines, some of which have names of several lines, and a browser.</summary>
public sealed class LongListSystem : IAsyncLifetime
{
    internal const int Count = 10_000;

    /// <summary>Keeps long tasks.</summary>
    private const string Record =
        """
        window.tasks = [];
        new PerformanceObserver(found => window.tasks.push(...found.getEntries().map(task => task.duration))).observe({ type: 'longtask' });
        """;

    private RunningSystem? _system;
    private Browser? _browser;

    /// <summary>All ids, in the order of their names.</summary>
    internal static IReadOnlyList<string> All { get; } = [.. Enumerable.Range(0, Count).Select(IdOf)];

    internal RunningSystem System => _system!;

    internal Browser Browser => _browser!;

    public async Task InitializeAsync()
    {
        _system = await RunningSystem.StartAsync(new SystemSettings
        {
            PollInterval = TimeSpan.FromSeconds(5),
            RequestTimeout = TimeSpan.FromSeconds(3),
            Pipelines = [All[0]],
            Api = new Dictionary<string, string> { ["PipelineBackend__Batch__Path"] = "/pipeline/health?ids={ids}" },
        });
        foreach (var part in All.Chunk(50)) await Task.WhenAll(part.Select(pipeline => _system.Backend.SetAsync(pipeline, "Running")));
        _browser = await Browser.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        if (_system is not null) await _system.DisposeAsync();
    }

    /// <summary>A visitor of the list, all of which has come.</summary>
    internal async Task<Visitor> VisitAsync(string path = "/", BrowserNewContextOptions? options = null)
    {
        var visitor = await Browser.VisitAsync(System.Web.Address, options ?? new BrowserNewContextOptions { ViewportSize = new() { Width = 1280, Height = 800 } });
        await visitor.Page.AddInitScriptAsync(Record);
        await visitor.Page.GotoAsync(path);
        await visitor.Page.ExpectStateAsync("connected");
        await Assertions.Expect(visitor.Page.Locator("[data-pipelines][aria-rowcount]")).ToHaveCountAsync(1);
        return visitor;
    }

    /// <summary>Some have an id that takes several lines.</summary>
    private static string IdOf(int number)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"p-{number:d5}");
        return number % 41 == 3 ? $"{id}-{string.Join('-', Enumerable.Repeat("wide", 20))}" : id;
    }
}

[CollectionDefinition(Name)]
public sealed class LongListCollection : ICollectionFixture<LongListSystem>
{
    public const string Name = "Long list";
}
