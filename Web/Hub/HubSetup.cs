using PipelineAspire.StatusStream;
using PipelineAspire.StatusStream.Connections;
using PipelineAspire.StatusStream.Control;
using PipelineAspire.StatusStream.Polling.Backend;

namespace PipelineAspire.Web.Hub;

/// <summary>Web's own hub, a relay: it passes on what the replicas of StatusStream.Api tell (docs/adr/0022).</summary>
internal static class HubSetup
{
    /// <summary>Where they are: an http or https address, default <c>http://statusstream</c>, by service discovery's configuration where it is listed there.</summary>
    private const string Setting = "StatusStreamApi:BaseUrl";
    private const string DefaultBaseUrl = "http://statusstream";

    /// <summary>Pages load their assemblies at the first request.</summary>
    private const int LaterDescriptors = 88;

    /// <exception cref="InvalidOperationException"><c>StatusStreamApi:BaseUrl</c> is no address.</exception>
    public static StatusStreamBuilder AddHub(this WebApplicationBuilder builder)
    {
        var baseUrl = builder.Configuration[Setting] ?? DefaultBaseUrl;
        if (Uri.TryCreate(baseUrl, UriKind.Absolute, out var address) && address.UserInfo.Length > 0)
            throw new InvalidOperationException($"{Setting} must not have credentials, which nobody would read: set StatusStream:UpstreamToken.");
        if (address is null || address.Scheme is not ("http" or "https") || address.Query.Length > 0)
            throw new InvalidOperationException($"{Setting} must be an absolute http or https address without a query, not '{ShownAddress.Of(baseUrl)}'.");
        builder.Configuration["StatusStream:Upstream"] = baseUrl;

        // Web asks its own system only: a proxy of the environment stands before the world outside.
        builder.Services.ConfigureHttpClientDefaults(static http => http.UseSocketsHttpHandler(static (handler, _) => handler.UseProxy = false));
        var hub = builder.AddStatusStream();
        builder.AddControl();
        builder.Services.AddOptions<ConnectionOptions>().Configure(static connections => connections.LaterDescriptors = LaterDescriptors);
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.ConfigureEndpointDefaults(static endpoint => endpoint.UseDirectStreams()));
        return hub;
    }

    /// <summary>Maps <c>/ui-api</c> and, for demos, <c>/control</c>.</summary>
    public static void MapHub(this WebApplication app)
    {
        app.MapStatusStream();
        app.MapControl();
        app.MapHubFallback();
    }
}
