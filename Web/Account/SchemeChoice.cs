using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Diagnostics;
using PipelineAspire.ServiceDefaults;

namespace PipelineAspire.Web.Account;

/// <summary>Which credentials count for a request, and how one without any is answered: a page leads to the provider, all else is refused.</summary>
internal static class SchemeChoice
{
    private const string Credentials = "Credentials";
    private const string Challenge = "Challenge";
    private static readonly string[] ForPrograms = ["/ui-api", "/demo/api"];

    public static void UseBoth(this AuthenticationOptions schemes)
    {
        schemes.DefaultScheme = Credentials;
        schemes.DefaultChallengeScheme = Challenge;
    }

    public static void AddChoices(this AuthenticationBuilder authentication) => authentication
        .AddPolicyScheme(Credentials, displayName: null, static policy => policy.ForwardDefaultSelector = OfCredentials)
        .AddPolicyScheme(Challenge, displayName: null, static policy => policy.ForwardDefaultSelector = OfChallenge);

    /// <summary>No credentials where a program asks.</summary>
    public static Task RefuseAsync(RedirectContext<CookieAuthenticationOptions> refused)
    {
        refused.Response.Headers.WWWAuthenticate = "Cookie realm=\"pipelines\"";
        return Results.Problem("Sign in to see pipelines.", statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(refused.HttpContext);
    }

    /// <summary>Credentials that are not enough.</summary>
    public static Task ForbidAsync(RedirectContext<CookieAuthenticationOptions> refused) =>
        Results.Problem(statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(refused.HttpContext);

    /// <summary>True where a program asks, or a page that is there already.</summary>
    public static bool IsForPrograms(HttpContext context) =>
        !HttpMethods.IsGet(context.Request.Method) || Array.Exists(ForPrograms, prefix => context.Request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>A refusal that has no words, as of a token, gets them.</summary>
    public static Task SayInWordsAsync(StatusCodeContext refused) =>
        Results.Problem(statusCode: refused.HttpContext.Response.StatusCode).ExecuteAsync(refused.HttpContext);

    private static string OfCredentials(HttpContext context) =>
        HasBearer(context) && (HasToken(context) || !HasSignIn(context)) ? JwtBearerDefaults.AuthenticationScheme : CookieAuthenticationDefaults.AuthenticationScheme;

    private static string OfChallenge(HttpContext context) =>
        HasSignIn(context) && !IsForPrograms(context) ? OpenIdConnectDefaults.AuthenticationScheme : OfCredentials(context);

    private static bool HasToken(HttpContext context) =>
        context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase);

    private static bool HasBearer(HttpContext context) => Settings(context).HasBearer();

    private static bool HasSignIn(HttpContext context) => Settings(context).HasSignIn();

    private static IConfiguration Settings(HttpContext context) => context.RequestServices.GetRequiredService<IConfiguration>();
}
