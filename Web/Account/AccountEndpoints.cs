using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using PipelineAspire.StatusStream.Http;

namespace PipelineAspire.Web.Account;

/// <summary><c>/account</c>: who am I, sign in, sign out.</summary>
internal static class AccountEndpoints
{
    public const string SignInPath = "/account/sign-in";
    public const string SignOutPath = "/account/sign-out";
    public const string SignedOutPath = "/account/signed-out";
    private const string FailedPath = "/account/failed";
    private const string Path = "/account";

    /// <summary>Maps it, where people sign in.</summary>
    public static void MapAccount(this WebApplication app)
    {
        if (!app.Configuration.HasSignIn()) return;
        app.MapGet(Path, WhoAmI);
        app.MapGet(SignInPath, SignIn);
        app.MapPost(SignOutPath, (Delegate)SignOutAsync).AddEndpointFilter(new SameOriginFilter("Only this site's own pages sign people out.", pagesOnly: true));
    }

    /// <summary>What whoever is signed in is called; null for nobody.</summary>
    public static string? Name(HttpContext context) => context.User.Identity is { IsAuthenticated: true } identity
        ? identity.Name ?? context.User.FindFirst("sub")?.Value ?? "Somebody"
        : null;

    /// <summary>The provider has refused somebody, or what it sent cannot be taken.</summary>
    public static Task FailAsync(RemoteFailureContext failure)
    {
        failure.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(AccountEndpoints)).SignInFailed(failure.Failure?.Message);
        failure.Response.Redirect(FailedPath);
        failure.HandleResponse();
        return Task.CompletedTask;
    }

    private static IResult WhoAmI(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var name = Name(context);
        return Results.Json(new AccountAnswer(name is not null, name, SignInPath, SignOutPath));
    }

    /// <summary>Leads to the provider, and from there to a page of this site, whatever the query says.</summary>
    private static IResult SignIn(string? returnUrl) =>
        Results.Challenge(new AuthenticationProperties { RedirectUri = IsLocal(returnUrl) ? returnUrl : "/" }, [OpenIdConnectDefaults.AuthenticationScheme]);

    private static async Task<IResult> SignOutAsync(HttpContext context)
    {
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.Redirect(SignedOutPath);
    }

    private static bool IsLocal(string? url) =>
        url is ['/', ..] && url is not ['/', '/' or '\\', ..] && !url.Any(char.IsControl);

    /// <summary>Who is signed in.</summary>
    /// <param name="SignedIn">Whether somebody is.</param>
    /// <param name="Name">Who; null for nobody.</param>
    /// <param name="SignInUrl">Signs in, and leads back to the path in its query <c>returnUrl</c>.</param>
    /// <param name="SignOutUrl">Signs out, by POST.</param>
    private sealed record AccountAnswer(bool SignedIn, string? Name, string SignInUrl, string SignOutUrl);
}
