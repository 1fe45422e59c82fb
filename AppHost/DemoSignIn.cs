using System.Net.Http.Json;
using System.Text.Json;

namespace PipelineAspire.AppHost;

/// <summary>Two people who may see different pipelines, and a provider that signs them in: <c>--Auth=demo</c>. Never published.</summary>
/// <param name="Provider">DemoIdentity.</param>
/// <param name="Secret">What Web presents to it.</param>
/// <param name="ServiceSecret">What is presented for a token of Web's own.</param>
internal sealed record DemoSignIn(IResourceBuilder<ProjectResource> Provider, ParameterResource Secret, ParameterResource ServiceSecret);

internal static class DemoSignInBuilderExtensions
{
    private const string Setting = "Auth";
    private const string Demo = "demo";
    private const string Audience = "statusstream";
    private const string ServiceClient = "web-service";
    private const string Bearer = "Authentication__Schemes__Bearer__";
    private const string OpenIdConnect = "Authentication__Schemes__OpenIdConnect__";

    /// <summary>Adds DemoIdentity when it is asked for; null when nobody signs in, which is the default.</summary>
    /// <exception cref="DistributedApplicationException"><c>--Auth</c> is something else.</exception>
    public static DemoSignIn? AddDemoSignIn(this IDistributedApplicationBuilder builder, string name)
    {
        var setting = builder.Configuration[Setting];
        if (string.IsNullOrEmpty(setting) || builder.ExecutionContext.IsPublishMode) return null;
        if (!setting.Equals(Demo, StringComparison.OrdinalIgnoreCase)) throw new DistributedApplicationException($"--{Setting} must be {Demo}, or not be there; not '{setting}'.");

        var (secret, serviceSecret) = (AddSecret("secret"), AddSecret("service-secret"));
        var provider = builder.AddProject<Projects.DemoIdentity>(name)
            .WithDirectLaunch()
            .WithHttpHealthCheck("/health")
            .WithUrlForEndpoint("http", url => url.DisplayText = "People and their rights")
            .WithEnvironment("DemoIdentity__ClientSecret", secret)
            .WithEnvironment("DemoIdentity__ServiceClientSecret", serviceSecret);
        return new DemoSignIn(provider, secret.Resource, serviceSecret.Resource);

        IResourceBuilder<ParameterResource> AddSecret(string of) =>
            builder.AddParameter($"{name}-{of}", new GenerateParameterDefault { MinLength = 24, Special = false }, secret: true);
    }

    /// <summary>Asks for the provider's tokens.</summary>
    public static IResourceBuilder<ProjectResource> WithTokensOf(this IResourceBuilder<ProjectResource> replica, DemoSignIn? signIn) => signIn is null
        ? replica
        : replica
            .WithEnvironment(Bearer + "Authority", signIn.Provider.GetEndpoint("http"))
            .WithEnvironment(Bearer + "RequireHttpsMetadata", "false")
            .WithEnvironment(Bearer + "ValidAudiences__0", Audience)
            .WaitForStart(signIn.Provider);

    /// <summary>Signs people in at the provider, asks it for their rights, and presents a token of Web's own to the replicas.</summary>
    public static IResourceBuilder<ProjectResource> WithSignInAt(
        this IResourceBuilder<ProjectResource> web, DemoSignIn? signIn, IResourceBuilder<IResourceWithConnectionString> redis)
    {
        if (signIn is null) return web;
        var address = signIn.Provider.GetEndpoint("http");
        return web
            .WithEnvironment(OpenIdConnect + "Authority", address)
            .WithEnvironment(OpenIdConnect + "RequireHttpsMetadata", "false")
            .WithEnvironment(OpenIdConnect + "ClientId", "web")
            .WithEnvironment(OpenIdConnect + "ClientSecret", signIn.Secret)
            .WithEnvironment("Demo__Rights__Url", ReferenceExpression.Create($"{address}/rights/"))
            .WithEnvironment("Demo__Rights__Secret", signIn.Secret)
            .WithEnvironment(async context => context.EnvironmentVariables["StatusStream__UpstreamToken"] =
                await FindTokenAsync(address, signIn.ServiceSecret, context.CancellationToken))
            .WithReference(redis)
            .WaitFor(signIn.Provider);
    }

    private static async Task<string> FindTokenAsync(EndpointReference provider, ParameterResource secret, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = ServiceClient,
            ["client_secret"] = await secret.GetValueAsync(cancellationToken),
        });
        using var answer = await http.PostAsync(new Uri(new Uri(provider.Url), "token"), form, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var token = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return token.GetProperty("access_token").GetString()!;
    }
}
