using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>A system with three pipelines, one Web that streams and one that polls, and a browser.</summary>
public sealed class PagesSystem : IAsyncLifetime
{
    private RunningSystem? _system;
    private Service? _polling;
    private Browser? _browser;

    internal RunningSystem System => _system!;

    /// <summary>Web with the feature flag off.</summary>
    internal Service Polling => _polling!;

    internal Browser Browser => _browser!;

    public async Task InitializeAsync()
    {
        _system = await RunningSystem.StartAsync(new SystemSettings
        {
            PollInterval = TimeSpan.FromMilliseconds(500),
            RequestTimeout = TimeSpan.FromSeconds(2),
            Pipelines = ["orders", "billing", "invoices-eu"],
        });
        _polling = _system.WebInFront(useSseStatus: false);
        await _polling.StartAsync();
        _browser = await Browser.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        if (_polling is not null) await _polling.DisposeAsync();
        if (_system is not null) await _system.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class PagesCollection : ICollectionFixture<PagesSystem>
{
    public const string Name = "Pages";
}
