using System.Globalization;
using PipelineAspire.EndToEnd.Tests.Pages;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Compression;

/// <summary>A system that compresses every event, an nginx before it that would compress the rest, and a browser.</summary>
public sealed class CompressedSystem : IAsyncLifetime
{
    internal const string Straight = "straight";
    internal const string ThroughWeb = "through Web";
    internal const string BehindNginx = "behind nginx";

    private RunningSystem? _system;
    private NginxProxy? _nginx;
    private Browser? _browser;

    /// <summary>The ways to a stream.</summary>
    public static TheoryData<string> Ways => [Straight, ThroughWeb, BehindNginx];

    /// <summary>So many that their batch is far more than 1 KiB.</summary>
    internal static string[] Many { get; } = [.. Enumerable.Range(0, 100).Select(index => $"pipeline-{index.ToString(CultureInfo.InvariantCulture)}")];

    internal RunningSystem System => _system!;

    internal Browser Browser => _browser!;

    public async Task InitializeAsync()
    {
        _system = await RunningSystem.StartAsync(new SystemSettings
        {
            HeartbeatInterval = TimeSpan.FromSeconds(1),
            Pipelines = Many,
            Api = new Dictionary<string, string> { ["StatusStream__Compression"] = "All" },
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

    /// <summary>Where a way begins.</summary>
    internal Uri AddressOf(string way) => way switch
    {
        Straight => System.Api.Address,
        ThroughWeb => System.Web.Address,
        _ => _nginx!.Compressing,
    };
}

[CollectionDefinition(Name)]
public sealed class CompressedCollection : ICollectionFixture<CompressedSystem>
{
    public const string Name = "Compressed";
}
