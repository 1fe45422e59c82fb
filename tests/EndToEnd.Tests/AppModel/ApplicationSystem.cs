using PipelineAspire.EndToEnd.Tests.Pages;

namespace PipelineAspire.EndToEnd.Tests.AppModel;

/// <summary>The whole system of AppHost.cs, started once for all tests of the collection, and a browser.</summary>
public sealed class ApplicationSystem : IAsyncLifetime
{
    private Application? _application;
    private Browser? _browser;

    internal Application Application => _application!;

    internal Browser Browser => _browser!;

    public async Task InitializeAsync()
    {
        _application = await Application.StartAsync();
        _browser = await Browser.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        if (_application is not null) await _application.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class ApplicationCollection : ICollectionFixture<ApplicationSystem>
{
    public const string Name = "Application";
}
