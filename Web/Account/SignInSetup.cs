using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using PipelineAspire.ServiceDefaults;
using PipelineAspire.StatusStream;
using PipelineAspire.StatusStream.Backplane.Redis;
using StackExchange.Redis;

namespace PipelineAspire.Web.Account;

/// <summary>People sign in by OpenID Connect, and their session is a cookie; or nobody does, and everybody sees all (docs/adr/0024).</summary>
internal static class SignInSetup
{
    /// <summary>The name says that it is this host's alone, on every path, and never sent in plain.</summary>
    public const string CookieName = "__Host-pipelines";

    private const string OpenIdConnect = "Authentication:Schemes:" + OpenIdConnectDefaults.AuthenticationScheme;
    private const string Cookies = "Authentication:Schemes:" + CookieAuthenticationDefaults.AuthenticationScheme;
    private const string SignInUrl = "SignIn:Url";
    private const string Keys = "pipelineaspire:web:keys";

    /// <summary>How long a session lasts that nobody uses.</summary>
    private static readonly TimeSpan SessionDuration = TimeSpan.FromHours(8);

    /// <summary>True when people sign in here.</summary>
    public static bool HasSignIn(this IConfiguration configuration) => configuration.GetSection(OpenIdConnect).Exists();

    /// <summary>True when not everybody sees all.</summary>
    public static bool IsGuarded(this IConfiguration configuration) => configuration.HasSignIn() || configuration.HasBearer();

    /// <summary>
    /// Adds what section <c>Authentication:Schemes</c> asks for: <c>OpenIdConnect</c> for people, <c>Bearer</c> for programs, both, or nothing.
    /// </summary>
    public static void AddSignIn(this WebApplicationBuilder builder, StatusStreamBuilder hub)
    {
        if (!builder.Configuration.IsGuarded()) return;
        hub.AddPipelineRights();
        builder.Services.AddAuthentication(static schemes => schemes.UseBoth()).AddChoices();
        if (builder.Configuration.HasBearer()) builder.AddBearerAuthentication();
        if (!builder.Configuration.HasSignIn()) return;

        builder.Configuration[SignInUrl] ??= AccountEndpoints.SignInPath;
        builder.Services.AddSessionKeys(builder.Configuration);
        builder.Services.AddAuthentication()
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = CookieName;
                cookie.Cookie.Path = "/";
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SecurePolicy = CookieSecurePolicy.Always;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.ExpireTimeSpan = SessionDuration;
                cookie.SlidingExpiration = true;
                builder.Configuration.GetSection(Cookies).Bind(cookie);
                cookie.Events.OnRedirectToLogin = SchemeChoice.RefuseAsync;
                cookie.Events.OnRedirectToAccessDenied = SchemeChoice.ForbidAsync;
            })
            .AddOpenIdConnect(static provider =>
            {
                provider.SignInScheme = CookieAuthenticationDefaults.AuthenticationScheme;
                provider.ResponseType = "code";
                provider.ResponseMode = "query"; // so that its cookies need not be sent with a POST from another site
                provider.CorrelationCookie.SameSite = provider.NonceCookie.SameSite = SameSiteMode.Lax;
                provider.CorrelationCookie.SecurePolicy = provider.NonceCookie.SecurePolicy = CookieSecurePolicy.Always;
                provider.MapInboundClaims = false;
                provider.SaveTokens = false;
                provider.TokenValidationParameters.NameClaimType = "name";
                provider.Events.OnRemoteFailure = AccountEndpoints.FailAsync;
            });
        builder.Services.AddOptions<OpenIdConnectOptions>(OpenIdConnectDefaults.AuthenticationScheme)
            .Validate(static provider => !string.IsNullOrEmpty(provider.ClientId), $"{OpenIdConnect} needs ClientId: as what the provider knows this site.")
            .ValidateOnStart();
    }

    /// <summary>Before everything that asks who is signed in.</summary>
    public static void UseSignIn(this WebApplication app)
    {
        if (!app.Configuration.IsGuarded()) return;
        app.UseAuthentication();
        app.UseAuthorization();
    }

    /// <summary>The keys that sessions are protected by, shared among the replicas of Web where there is a Redis.</summary>
    private static void AddSessionKeys(this IServiceCollection services, IConfiguration configuration)
    {
        var keys = services.AddDataProtection().SetApplicationName("PipelineAspire.Web");
        if (configuration.GetConnectionString("redis") is not { Length: > 0 } connectionString) return;
        var connection = new Lazy<IConnectionMultiplexer>(() =>
        {
            var options = RedisConnectionString.Parse(connectionString);
            options.AbortOnConnectFail = false;
            return ConnectionMultiplexer.Connect(options);
        });
        keys.PersistKeysToStackExchangeRedis(() => connection.Value.GetDatabase(), Keys);
    }
}
