using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc.RazorPages;
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

    /// <summary>Pages that tell of nothing.</summary>
    private static readonly string[] ForEverybody = ["/Error", "/NotFound", "/Account/SignedOut", "/Account/Failed"];

    /// <summary>How long a session lasts that nobody uses.</summary>
    private static readonly TimeSpan SessionDuration = TimeSpan.FromHours(8);

    /// <summary>True when people sign in here.</summary>
    public static bool HasSignIn(this IConfiguration configuration) => configuration.GetSection(OpenIdConnect).Exists();

    /// <summary>True when not everybody sees all.</summary>
    public static bool IsGuarded(this IConfiguration configuration) => configuration.HasSignIn() || configuration.HasBearer();

    /// <summary>
    /// Adds what section <c>Authentication:Schemes</c> asks for: <c>OpenIdConnect</c> for people, <c>Bearer</c> for programs, both, or nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">A setting is missing or makes no sense; the message names it.</exception>
    public static void AddSignIn(this WebApplicationBuilder builder, StatusStreamBuilder hub)
    {
        if (!builder.Configuration.IsGuarded()) return;
        hub.AddPipelineRights();
        builder.Services.AddOptions<RazorPagesOptions>().PostConfigure(static pages =>
        {
            pages.Conventions.AuthorizeFolder("/");
            foreach (var page in ForEverybody) pages.Conventions.AllowAnonymousToPage(page);
        });
        builder.Services.AddAuthentication(static schemes => schemes.UseBoth()).AddChoices();
        if (builder.Configuration.HasBearer()) builder.AddBearerAuthentication();
        if (!builder.Configuration.HasSignIn()) return;

        Check(builder.Configuration);
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
    }

    /// <summary>The library's own messages name no setting.</summary>
    private static void Check(ConfigurationManager configuration)
    {
        var section = configuration.GetSection(OpenIdConnect);
        if (string.IsNullOrEmpty(section["ClientId"])) throw new InvalidOperationException($"{OpenIdConnect}:ClientId must say as what the provider knows this site.");
        if (!Uri.TryCreate(section["Authority"] ?? section["MetadataAddress"], UriKind.Absolute, out var provider) || provider.Scheme is not ("http" or "https"))
            throw new InvalidOperationException($"{OpenIdConnect}:Authority must be the provider's absolute http or https address.");
        if (provider.Scheme == Uri.UriSchemeHttp && section["RequireHttpsMetadata"]?.Equals("false", StringComparison.OrdinalIgnoreCase) != true)
            throw new InvalidOperationException($"{OpenIdConnect}:Authority is not https; if that is meant, {OpenIdConnect}:RequireHttpsMetadata must be false.");
    }

    /// <summary>Before everything that asks who is signed in.</summary>
    public static void UseSignIn(this WebApplication app)
    {
        if (!app.Configuration.IsGuarded()) return;
        app.UseWhen(SchemeChoice.IsForPrograms, static programs => programs.UseStatusCodePages(SchemeChoice.SayInWordsAsync));
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
