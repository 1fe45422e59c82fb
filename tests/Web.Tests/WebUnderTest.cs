using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace PipelineAspire.Web.Tests;

/// <summary>Web as it runs, on Kestrel and a free port of the loopback address.</summary>
internal sealed class WebUnderTest : WebApplicationFactory<Program>
{
    private readonly IReadOnlyDictionary<string, string> _settings;

    private readonly Action<IServiceCollection>? _replace;

    private WebUnderTest(IReadOnlyDictionary<string, string> settings, Action<IServiceCollection>? replace) => (_settings, _replace) = (settings, replace);

    public Uri Address => ClientOptions.BaseAddress;

    /// <summary>Web in front of one address that is no replica list.</summary>
    public static WebUnderTest InFrontOf(string baseUrl, params (string Name, string Value)[] settings) =>
        Start([("StatusStreamApi:BaseUrl", baseUrl), .. settings]);

    /// <summary>Web in front of replicas that service discovery's configuration lists.</summary>
    public static WebUnderTest InFrontOfReplicas(params string[] replicas) =>
        Start([.. replicas.Select((replica, index) => ($"services:statusstream:http:{index}", replica))]);

    public static WebUnderTest Start(params (string Name, string Value)[] settings) => Start(replace: null, settings);

    /// <summary>The same, with a service of the test's own.</summary>
    public static WebUnderTest Start(Action<IServiceCollection>? replace, params (string Name, string Value)[] settings)
    {
        var web = new WebUnderTest(settings.ToDictionary(setting => setting.Name, setting => setting.Value), replace);
        web.UseKestrel(0);
        web.StartServer();
        return web;
    }

    /// <summary>A client that sees redirects and streams as they come.</summary>
    public HttpClient Browser() => new() { BaseAddress = Address, Timeout = Bounds.Patience };

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(Environments.Production);
        foreach (var (name, value) in _settings) builder.UseSetting(name, value);
        if (_replace is not null) builder.ConfigureServices(_replace);
    }
}
