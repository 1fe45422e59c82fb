using System.Text;

namespace PipelineAspire.DemoIdentity.Pages;

/// <summary>A page in the look of all of them, with the headers of all of them.</summary>
/// <param name="title">Its title and heading.</param>
/// <param name="content">What stands under the heading.</param>
/// <param name="statusCode">The answer's status code.</param>
/// <param name="formTarget">
/// A source, as Content-Security-Policy has it, that a form of this page may end at: browsers hold redirects that answer a form to it, too.
/// </param>
internal sealed class Page(string title, Html content, int statusCode = StatusCodes.Status200OK, string? formTarget = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = statusCode;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "same-origin"; // with less, a form's Origin would be "null"
        response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'self'; img-src 'self'; form-action {(formTarget is null ? "'self'" : $"'self' {formTarget}")}; " +
            "base-uri 'none'; frame-ancestors 'none'";
        return response.WriteAsync(Render().Markup, Encoding.UTF8, httpContext.RequestAborted);
    }

    private Html Render() => Html.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <title>{title} · Demo identity</title>
          <link rel="icon" href="/favicon.svg" type="image/svg+xml">
          <link rel="stylesheet" href="/pages.css">
        </head>
        <body>
          <header class="top">
            <a class="brand" href="/"><img class="brand-mark" src="/favicon.svg" alt=""><span>Demo identity</span></a>
          </header>
          <main>
            <h1>{title}</h1>
            {content}
          </main>
          <footer class="bottom">
            <p>For demos and tests, never for production: here anybody signs in as anybody, without a password.</p>
          </footer>
        </body>
        </html>

        """);
}
