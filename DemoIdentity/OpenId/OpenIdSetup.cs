using PipelineAspire.StatusStream.Http;

namespace PipelineAspire.DemoIdentity.OpenId;

internal static class OpenIdSetup
{
    public static void AddOpenIdProvider(this IServiceCollection services)
    {
        services.AddSingleton<SigningKey>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<AuthorizationCodes>();
        services.AddSingleton<ClientAuthentication>();
        services.AddSingleton<RedirectUris>();
        services.AddSingleton<DiscoveryEndpoints>();
        services.AddSingleton<AuthorizeEndpoint>();
        services.AddSingleton<TokenEndpoint>();
        services.AddSingleton<UserInfoEndpoint>();
        services.AddSingleton<LogoutEndpoint>();
    }

    public static void MapOpenIdProvider(this WebApplication app)
    {
        var discovery = app.Services.GetRequiredService<DiscoveryEndpoints>();
        app.MapGet("/.well-known/openid-configuration", discovery.GetConfiguration);
        app.MapGet("/jwks", discovery.GetKeys);

        var authorize = app.Services.GetRequiredService<AuthorizeEndpoint>();
        app.MapGet("/authorize", authorize.Get);
        app.MapPost("/authorize", authorize.PostAsync).AddEndpointFilter(new SameOriginFilter("Only the page itself presses these buttons.", pagesOnly: false));

        app.MapPost("/token", app.Services.GetRequiredService<TokenEndpoint>().PostAsync);
        app.MapGet("/userinfo", app.Services.GetRequiredService<UserInfoEndpoint>().GetAsync);
        app.MapGet("/logout", app.Services.GetRequiredService<LogoutEndpoint>().Get);
    }
}
