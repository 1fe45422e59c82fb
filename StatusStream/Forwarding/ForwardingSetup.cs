using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace PipelineAspire.StatusStream.Forwarding;

/// <summary>The address and the scheme of a client behind proxies, by ASP.NET Core's own middleware.</summary>
public static class ForwardingSetup
{
    private const ForwardedHeaders Believed = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;

    /// <summary>
    /// Takes a client's address from <c>X-Forwarded-For</c>, and whether it came over TLS from <c>X-Forwarded-Proto</c>, as far as proxies of
    /// section <c>ForwardedHeaders</c> say it. Without any of them both are ignored, also where <c>ASPNETCORE_FORWARDEDHEADERS_ENABLED</c> would have everybody
    /// believed.
    /// </summary>
    public static WebApplicationBuilder AddForwardedHeaders(this WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection(ForwardedHeadersSettings.Section);
        var settings = builder.Services.AddOptions<ForwardedHeadersSettings>().Bind(section).ValidateOnStart();
        foreach (var list in (string[])[nameof(ForwardedHeadersSettings.KnownProxies), nameof(ForwardedHeadersSettings.KnownNetworks)])
            settings.Validate(_ => string.IsNullOrEmpty(section[list]), $"{section.Path}:{list} is a list: {section.Path}:{list}:0 is the first of it.");
        builder.Services.AddSingleton<IValidateOptions<ForwardedHeadersSettings>, ForwardedHeadersSettingsValidator>();
        builder.Services.AddOptions<ForwardedHeadersOptions>().PostConfigure<IOptions<ForwardedHeadersSettings>>(
            static (middleware, settings) => Apply(settings.Value, middleware));
        builder.Services.AddSingleton<IStartupFilter, ForwardedClients>();
        return builder;
    }

    private static void Apply(ForwardedHeadersSettings settings, ForwardedHeadersOptions middleware)
    {
        if (!settings.NamesAny)
        {
            middleware.ForwardedHeaders &= ~Believed;
            return;
        }

        middleware.ForwardedHeaders |= Believed;
        middleware.ForwardLimit = null; // as many proxies as are known
        middleware.KnownProxies.Clear(); // loopback is known by default
        middleware.KnownIPNetworks.Clear();
        foreach (var proxy in settings.KnownProxies) middleware.KnownProxies.Add(IPAddress.Parse(proxy));
        foreach (var network in settings.KnownNetworks) middleware.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
    }

    /// <summary>The middleware, in front of everything that asks for a client's address.</summary>
    private sealed class ForwardedClients(IOptions<ForwardedHeadersSettings> settings) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            if (settings.Value.NamesAny) app.UseForwardedHeaders();
            next(app);
        };
    }
}
