using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PipelineAspire.LocalHosting.Dashboard.Components;

namespace PipelineAspire.LocalHosting.Dashboard.Access;

/// <summary>
/// Lets in who came by the address that the terminal shows, and nobody else. The dashboard can end and start processes, so
/// it trusts no page that another site, or another port of this machine, has put into the same browser.
/// </summary>
internal sealed class AccessGate(Secrets secrets, PageRenderer pages)
{
    public const string Cookie = "localhosting-dashboard";
    public const string AntiforgeryField = "antiforgery";

    private static readonly string[] LoopbackNames = ["localhost", "127.0.0.1", "[::1]"];

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        SecurityHeaders.AddTo(context.Response.Headers);
        if (!IsLoopbackName(context.Request.Host))
            await DenyAsync(context, StatusCodes.Status421MisdirectedRequest, "The dashboard answers to localhost only.");
        else if (context.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal) && HttpMethods.IsGet(context.Request.Method))
            await next(context);
        else if (context.Request.Path == "/login")
            await LogInAsync(context);
        else if (!Secrets.Same(context.Request.Cookies[Cookie], secrets.Session))
            await DenyAsync(context, StatusCodes.Status401Unauthorized, "Open the address that the terminal shows: it has the key of this run.");
        else if (!HttpMethods.IsGet(context.Request.Method) && !await IsOurOwnAsync(context.Request))
            await DenyAsync(context, StatusCodes.Status403Forbidden, "Only pages of the dashboard itself can ask for that.");
        else
            await next(context);
    }

    /// <summary>A name that somebody made to point here (DNS rebinding) is none of these.</summary>
    private static bool IsLoopbackName(HostString host) => LoopbackNames.Contains(host.Host, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The cookie is a sign of nothing by itself: for a browser every port of this machine is the same site. A page of ours
    /// says where it is from and knows the secret.
    /// </summary>
    private async Task<bool> IsOurOwnAsync(HttpRequest request) =>
        request.Headers.Origin == $"{request.Scheme}://{request.Host}"
        && request.HasFormContentType
        && Secrets.Same((await request.ReadFormAsync(request.HttpContext.RequestAborted))[AntiforgeryField], secrets.Antiforgery);

    /// <summary>Answers with a page that goes on by itself: a redirect from a link elsewhere would come without the strict cookie.</summary>
    private async Task LogInAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || !Secrets.Same(context.Request.Query["t"], secrets.LoginToken))
        {
            await DenyAsync(context, StatusCodes.Status401Unauthorized, "This is the key of another run. Open the address that the terminal shows now.");
            return;
        }

        context.Response.Cookies.Append(Cookie, secrets.Session, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });
        await pages.WriteAsync<Welcome>(context, []);
    }

    private async Task DenyAsync(HttpContext context, int statusCode, string reason)
    {
        context.Response.StatusCode = statusCode;
        await pages.WriteAsync<Denied>(context, new() { [nameof(Denied.Reason)] = reason });
    }
}

internal static class AccessGateSetup
{
    public static void UseAccessGate(this IApplicationBuilder app, AccessGate gate) => app.Use(next => context => gate.InvokeAsync(context, next));
}
