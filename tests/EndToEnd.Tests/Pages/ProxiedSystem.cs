using System.Globalization;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>A system with the client's own default settings, an nginx before it, and a browser.</summary>
public sealed class ProxiedSystem : IAsyncLifetime
{
    /// <summary>So many that a request that names them all is longer than 8 KB.</summary>
    internal const int Many = 326;

    private RunningSystem? _system;
    private NginxProxy? _nginx;
    private Browser? _browser;

    internal RunningSystem System => _system!;

    internal NginxProxy Nginx => _nginx!;

    internal Browser Browser => _browser!;

    public async Task InitializeAsync()
    {
        _system = await RunningSystem.StartAsync(new SystemSettings
        {
            PollInterval = TimeSpan.FromSeconds(1),
            Pipelines = ["orders", .. Enumerable.Range(0, Many).Select(index => $"pipeline-with-a-long-name-{index.ToString(CultureInfo.InvariantCulture)}")],
        });
        _nginx = await NginxProxy.StartAsync(_system.Web.Address);
        _browser = await Browser.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        if (_nginx is not null) await _nginx.DisposeAsync();
        if (_system is not null) await _system.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class ProxiedCollection : ICollectionFixture<ProxiedSystem>
{
    public const string Name = "Proxied";
}
