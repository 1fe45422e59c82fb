using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace PipelineAspire.Web.Tests.Account;

/// <summary>Web in front of two pipelines, and a provider that signs a person in without asking.</summary>
internal sealed class GuardedSite : IAsyncDisposable
{
    private readonly WebApplication _provider;
    private readonly FakeStatusService _service;

    private GuardedSite(WebApplication provider, FakeStatusService service, WebUnderTest web) => (_provider, _service, Web) = (provider, service, web);

    public WebUnderTest Web { get; }

    /// <summary>Starts it.</summary>
    /// <param name="person">Who is signed in: <c>ada</c>, who may see all, or <c>ben</c>, who may see what begins with <c>orders-</c>.</param>
    /// <param name="settings">More settings of Web.</param>
    public static Task<GuardedSite> StartAsync(string person, params (string Name, string Value)[] settings) => StartAsync(person, replace: null, settings);

    /// <summary>The same, with a service of the test's own.</summary>
    public static async Task<GuardedSite> StartAsync(string person, Action<IServiceCollection>? replace, params (string Name, string Value)[] settings)
    {
        var provider = DemoIdentity.Program.Build(
        [
            "--urls=http://127.0.0.1:0", "--environment=Development", "--Logging:LogLevel:Default=None", $"--DemoIdentity:AutoSignIn={person}",
            "--hostBuilder:reloadConfigOnChange=false",
        ]);
        await provider.StartAsync().WaitAsync(Bounds.Patience);
        var service = await FakeStatusService.Start();
        service.Pipelines["orders-1"] = ("Orders", "active");
        service.Pipelines["secret-1"] = ("Secret", "failed");
        return new GuardedSite(provider, service, WebUnderTest.Start(
            replace,
            [
                ("StatusStreamApi:BaseUrl", service.Url),
                ("Authentication:Schemes:OpenIdConnect:Authority", provider.Urls.First()),
                ("Authentication:Schemes:OpenIdConnect:RequireHttpsMetadata", "false"),
                ("Authentication:Schemes:OpenIdConnect:ClientId", "web"),
                ("Authentication:Schemes:OpenIdConnect:ClientSecret", "demo-secret"),
                .. settings,
            ]));
    }

    public Visitor Visitor() => new(Web.Address);

    public async ValueTask DisposeAsync()
    {
        await Web.DisposeAsync();
        await _service.DisposeAsync();
        await _provider.DisposeAsync();
    }
}
