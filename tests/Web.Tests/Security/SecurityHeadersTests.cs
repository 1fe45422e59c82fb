using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace PipelineAspire.Web.Tests.Security;

/// <summary>What makes a browser strict stands on every answer, whatever it is.</summary>
public sealed class SecurityHeadersTests
{
    private static readonly (string Name, string Part)[] Expected =
    [
        ("Content-Security-Policy", "default-src 'self'"), ("Content-Security-Policy", "frame-ancestors 'none'"), ("Content-Security-Policy", "object-src 'none'"),
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"), ("Permissions-Policy", "camera=()"), ("Cross-Origin-Opener-Policy", "same-origin"),
    ];

    [Fact]
    public async Task TheyStandOnEveryPageEveryFileAndEveryRefusal()
    {
        await using var service = await FakeStatusService.Start();
        service.Pipelines["a"] = ("A", "active");
        await using var web = WebUnderTest.InFrontOf(service.Url, ("environment", "Development"), ("Control:Enabled", "true"));
        using var browser = web.Browser();
        var paths = PathsOf(web);
        Assert.Superset(new HashSet<string> { "/", "/pipelines/a", "/demo", "/error", "/not-found", "/health", "/favicon.svg", "/ui-api/pipeline/status" }, paths);
        var seen = new HashSet<HttpStatusCode>();

        foreach (var path in (string[])[.. paths, "/pipelines/none", "/nothing", "/nothing.css", "/js/", "/ui-api/nothing", "/%00", "/ui-api/pipeline/status/stream?pipelineIds=a"])
        {
            foreach (var method in path.StartsWith("/control", StringComparison.Ordinal) ? [HttpMethod.Get] : (HttpMethod[])[HttpMethod.Get, HttpMethod.Options])
                seen.Add(await AssertStrictAsync(browser, method, path));
        }

        Assert.Superset(new HashSet<HttpStatusCode> { HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed, HttpStatusCode.BadRequest }, seen);
    }

    [Theory]
    [InlineData("https", "127.0.0.1", true)]
    [InlineData("http", "127.0.0.1", false)]
    [InlineData("https", "192.0.2.1", false)]
    public async Task OverTlsAndOnlyThereABrowserIsToldToStayThere(string scheme, string proxy, bool isTold)
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url, ("ForwardedHeaders:KnownProxies:0", proxy));
        using var browser = web.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = "pipelines.example"; // of localhost nobody is told
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        request.Headers.Add("X-Forwarded-Proto", scheme);
        using var answer = await browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(isTold, answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("OPTIONS", "/")]
    [InlineData("TRACE", "/pipelines/a")]
    [InlineData("PUT", "/pipelines/a")]
    [InlineData("POST", "/nothing")]
    public async Task APageIsLookedAtAndNothingElse(string method, string path)
    {
        await using var service = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOf(service.Url);
        using var browser = web.Browser();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow.Order(StringComparer.Ordinal));
    }

    private static async Task<HttpStatusCode> AssertStrictAsync(HttpClient browser, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var answer = await browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (path == "/%00") return answer.StatusCode; // the server's own refusal, before anything of ours
        foreach (var (name, part) in Expected)
            Assert.True(answer.Headers.TryGetValues(name, out var values) && values.Single().Contains(part, StringComparison.Ordinal), $"{method} {path} has no {name}: {part}");
        Assert.False(answer.Headers.Contains("Server"), path);
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"), path);
        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies))
            Assert.All(cookies, cookie => Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase));
        return answer.StatusCode;
    }

    /// <summary>Every path that is answered to GET, with <c>a</c> where it has a parameter.</summary>
    private static HashSet<string> PathsOf(WebUnderTest web) => web.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is null or { Count: 0 } or [.., "GET"] or ["GET", ..])
        .Select(endpoint => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment =>
            string.Concat(segment.Parts.Select(part => part is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "a")))))
        .ToHashSet();
}
