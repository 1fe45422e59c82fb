using System.Net;

namespace PipelineAspire.LocalHosting.Tests.Dashboard;

public sealed class AccessTests(DashboardHost dashboard) : IClassFixture<DashboardHost>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/replicas/redis")]
    [InlineData("/replicas/redis/console")]
    [InlineData("/live")]
    [InlineData("/login")]
    [InlineData("/login?t=00000000000000000000000000000000")]
    public async Task WithoutTheTokenNothingIsShown(string path)
    {
        using var stranger = dashboard.Visitor();

        using var answer = await stranger.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.DoesNotContain("redis", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheTokenGivesACookieThatScriptsAndOtherSitesDoNotGet()
    {
        using var visitor = dashboard.Visitor();

        using var answer = await visitor.GetAsync(dashboard.Login);

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(dashboard.Login.Query["?t=".Length..], cookie, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rebound.example")]
    [InlineData("localhost.example")]
    [InlineData("192.168.0.7")]
    public async Task AnotherNameForThisMachineIsRefused(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = $"{host}:{dashboard.Login.Port}";

        using var answer = await dashboard.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("http://localhost:5080", null)]
    [InlineData("https://evil.example", null)]
    [InlineData("null", null)]
    [InlineData(null, "00000000000000000000000000000000")]
    [InlineData(null, "")]
    public async Task ACommandFromElsewhereIsRefused(string? origin, string? antiforgery)
    {
        using var answer = await dashboard.CommandAsync("web", "kill", origin, antiforgery);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("data-replica=\"web\" data-state=\"Healthy\"", await dashboard.PageAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryAnswerIsStrict()
    {
        foreach (var path in new[] { "/", "/assets/dashboard.js", "/no-such-page" })
        {
            using var answer = await dashboard.Http.GetAsync(new Uri(path, UriKind.Relative));

            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    [Fact]
    public async Task SecretsDoNotLeaveTheAppHost()
    {
        var page = await dashboard.PageAsync("/replicas/api-0");

        Assert.Contains("ConnectionStrings__redis", page, StringComparison.Ordinal);
        Assert.Contains("REDIS_PASSWORD", page, StringComparison.Ordinal);
        Assert.DoesNotContain("password=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("redis://", page, StringComparison.Ordinal);
        Assert.Matches("REDIS_PORT</code></th><td><code>[0-9]+<", page);
    }
}
