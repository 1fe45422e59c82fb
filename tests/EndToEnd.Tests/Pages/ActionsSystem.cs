using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>A system that reads its pipelines seldom and offers the fake's actions, and a browser.</summary>
public sealed class ActionsSystem : IAsyncLifetime
{
    private RunningSystem? _system;
    private Browser? _browser;

    internal RunningSystem System => _system!;

    internal Browser Browser => _browser!;

    public async Task InitializeAsync()
    {
        _system = await RunningSystem.StartAsync(new SystemSettings
        {
            PollInterval = TimeSpan.FromSeconds(30), // only what is read at once is seen in time
            RequestTimeout = TimeSpan.FromSeconds(2),
            Api = new[] { "stop", "resume", "pause", "terminate" }
                .ToDictionary(action => $"PipelineBackend__Actions__{action}", action => $"/pipeline/{{id}}/{action}"),
            Pipelines = ["orders", "billing", "ledger", "returns"],
        });
        _browser = await Browser.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        if (_system is not null) await _system.DisposeAsync();
    }
}
