using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace PipelineAspire.DemoIdentity.Tests.Hosting;

/// <summary>The whole provider on a real Kestrel and a free port of 127.0.0.1, and a browser that follows no redirect.</summary>
internal sealed class RunningIdentity : IAsyncDisposable
{
    public const string ClientSecret = "secret of web";
    public const string ServiceSecret = "secret: of the service";

    /// <summary>Long enough for a slow machine, short enough that a hanging test is noticed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly Dictionary<string, string> Defaults = new(StringComparer.Ordinal)
    {
        ["urls"] = "http://127.0.0.1:0",
        ["environment"] = "Development",
        ["DemoIdentity:ClientSecret"] = ClientSecret,
        ["DemoIdentity:ServiceClientSecret"] = ServiceSecret,
        ["Logging:LogLevel:Default"] = "None",
    };

    private readonly WebApplication _app;

    private RunningIdentity(WebApplication app, FakeTimeProvider clock)
    {
        _app = app;
        Clock = clock;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(app.Urls.Single()), Timeout = Patience };
    }

    public FakeTimeProvider Clock { get; }

    public HttpClient Http { get; }

    public string Address => Http.BaseAddress!.GetLeftPart(UriPartial.Authority);

    /// <summary>Starts a provider; settings given here take the place of the tests' defaults.</summary>
    public static async Task<RunningIdentity> StartAsync(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(Defaults, StringComparer.Ordinal);
        foreach (var (name, value) in settings) all[name] = value;

        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));
        var app = Program.Build([.. all.Select(setting => $"--{setting.Key}={setting.Value}")], services => services.AddSingleton<TimeProvider>(clock));
        try
        {
            await app.StartAsync().WaitAsync(Patience);
            return new RunningIdentity(app, clock);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync().AsTask().WaitAsync(Patience);
    }

    public async Task<HttpResponseMessage> PostFormAsync(string path, Dictionary<string, string> form, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return await Http.SendAsync(request);
    }

    public async Task<HttpResponseMessage> GetWithBearerAsync(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Http.SendAsync(request);
    }

    /// <summary>Verifies a token as a stranger would: with nothing but what discovery and <c>/jwks</c> say.</summary>
    public async Task<JsonWebToken> VerifyAsync(string token, string audience)
    {
        using var discovery = await Http.GetAsync("/.well-known/openid-configuration");
        var configuration = await discovery.JsonAsync();
        var keys = new JsonWebKeySet(await Http.GetStringAsync(configuration.GetProperty("jwks_uri").GetString()));
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = configuration.GetProperty("issuer").GetString(),
            ValidAudience = audience,
            ValidAlgorithms = ["RS256"],
            IssuerSigningKeys = keys.GetSigningKeys(),
            RequireSignedTokens = true,
            LifetimeValidator = (notBefore, expires, _, _) => notBefore <= Clock.GetUtcNow().UtcDateTime && expires > Clock.GetUtcNow().UtcDateTime,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        return (JsonWebToken)result.SecurityToken;
    }

    /// <summary>The error that OAuth answers with this status code.</summary>
    public static async Task<string?> ErrorAsync(HttpResponseMessage response, HttpStatusCode statusCode = HttpStatusCode.BadRequest)
    {
        Assert.Equal(statusCode, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var answer = await response.JsonAsync();
        Assert.False(string.IsNullOrEmpty(answer.GetProperty("error_description").GetString()));
        return answer.GetProperty("error").GetString();
    }

    public static string[] PipelinesOf(JsonElement answer) => [.. answer.GetProperty("pipelines").EnumerateArray().Select(static pipeline => pipeline.GetString()!)];
}
