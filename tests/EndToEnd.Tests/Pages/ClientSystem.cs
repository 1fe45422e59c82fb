using System.Globalization;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>
/// A system of short intervals for what happens to the browser's stream: one Web whose
/// pages keep trying, one whose pages soon fall back to polling, a relay before each, and a browser with a back-forward cache.
/// </summary>
public sealed class ClientSystem : IAsyncLifetime
{
    /// <summary>Pipelines that each belong to one tab.</summary>
    internal const int Tabs = 12;

    private RunningSystem? _system;
    private Service? _impatient;
    private readonly StreamRelay _relay = new();
    private readonly StreamRelay _impatientRelay = new();
    private Browser? _browser;

    /// <summary>Its Web keeps trying, every 400 ms at the latest.</summary>
    internal RunningSystem System => _system!;

    /// <summary>Where browsers find it.</summary>
    internal Uri Address => _relay.Address;

    /// <summary>Before its Web.</summary>
    internal StreamRelay Relay => _relay;

    /// <summary>A Web that falls back to polling after three attempts, within a second. Its requests take fewer pipelines than there are.</summary>
    internal Uri Impatient => _impatientRelay.Address;

    /// <summary>Before that one.</summary>
    internal StreamRelay ImpatientRelay => _impatientRelay;

    internal Browser Browser => _browser!;

    public async Task InitializeAsync()
    {
        _system = await RunningSystem.StartAsync(new SystemSettings
        {
            RequestTimeout = TimeSpan.FromSeconds(2),
            HeartbeatInterval = TimeSpan.FromMilliseconds(300),
            Web = WebSettings(attempts: 100, heartbeatTimeout: 2000),
            Pipelines = ["orders", "billing", .. Enumerable.Range(0, Tabs).Select(TabsOwn)],
        });
        _relay.LeadTo(_system.Web.Address);
        var impatience = WebSettings(attempts: 3, heartbeatTimeout: 5000);
        impatience["SseManager__MaxPipelines"] = Tabs.ToString(CultureInfo.InvariantCulture);
        _impatient = _system.WebInFront(useSseStatus: true, impatience);
        await _impatient.StartAsync();
        _impatientRelay.LeadTo(_impatient.Address);
        _browser = await Browser.StartAsync(withBackForwardCache: true);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        if (_impatient is not null) await _impatient.DisposeAsync();
        if (_system is not null) await _system.DisposeAsync();
        await _relay.DisposeAsync();
        await _impatientRelay.DisposeAsync();
    }

    internal static string TabsOwn(int tab) => string.Create(CultureInfo.InvariantCulture, $"tab-{tab}");

    private static Dictionary<string, string> WebSettings(int attempts, int heartbeatTimeout) => new()
    {
        ["SseManager__ReconnectDelay"] = "100",
        ["SseManager__MaxReconnectDelay"] = "400",
        ["SseManager__MaxReconnectAttempts"] = attempts.ToString(CultureInfo.InvariantCulture),
        ["SseManager__HeartbeatTimeout"] = heartbeatTimeout.ToString(CultureInfo.InvariantCulture),
        ["SseManager__HealthyAfter"] = "200",
        ["SseManager__PollInterval"] = "300",
        ["SseManager__ReturnInterval"] = "1500",
    };
}

[CollectionDefinition(Name)]
public sealed class ClientCollection : ICollectionFixture<ClientSystem>
{
    public const string Name = "Client";
}
