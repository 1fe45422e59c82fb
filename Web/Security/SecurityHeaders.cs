namespace PipelineAspire.Web.Security;

internal static class SecurityHeaders
{
    /// <summary>Everything from this origin, nothing inline, no framing.</summary>
    private const string Policy =
        "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>What no page here asks for.</summary>
    private const string Permissions = "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), serial=(), usb=()";

    /// <summary>Puts the headers that make a browser strict on every answer, and over TLS the one that keeps it there.</summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app)
    {
        app.UseHsts();
        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                var headers = context.Response.Headers;
                headers.ContentSecurityPolicy = Policy;
                headers.XContentTypeOptions = "nosniff";
                headers["Referrer-Policy"] = "same-origin";
                headers["Permissions-Policy"] = Permissions;
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                // Pages show what is true now, to whoever is signed in: nobody on the way may keep one and show it to others.
                if (context.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true && headers.CacheControl.Count == 0)
                    headers.CacheControl = "private, no-cache";
                return Task.CompletedTask;
            });
            return next(context);
        });
    }
}
