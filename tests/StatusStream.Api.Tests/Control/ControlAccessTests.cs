using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Control;

/// <summary>Nobody finds an open <c>/control</c> but in Development.</summary>
public class ControlAccessTests
{
    [Fact]
    public async Task OutsideDevelopmentControlWithoutAKeyIsClosed()
    {
        await using var api = await RunningApi.StartAsync(("environment", "Staging"), ("Control:Enabled", "true"));

        foreach (var key in new[] { null, "guess" })
        {
            Assert.Equal(HttpStatusCode.NotFound, await SendAsync(api, HttpMethod.Get, "/control/state", key));
            Assert.Equal(HttpStatusCode.NotFound, await SendAsync(api, HttpMethod.Post, "/control/crash", key)); // this process
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    public async Task AKeyThatNoHeaderCanCarryStopsTheStart(string key)
    {
        var stopped = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningApi.StartAsync(("Control:Enabled", "true"), ("Control:Key", key)));

        Assert.Contains("Control:Key", stopped.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task WithAKeyOnlyThoseWhoKnowItSeeOrBreakAnything(string environment)
    {
        await using var api = await RunningApi.StartAsync(("environment", environment), ("Control:Enabled", "true"), ("Control:Key", "key-1"));

        foreach (var key in new[] { null, "guess" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(api, HttpMethod.Get, "/control/state", key));
            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(api, HttpMethod.Post, "/control/crash", key)); // this process
        }

        Assert.Equal(HttpStatusCode.OK, await SendAsync(api, HttpMethod.Get, "/control/state", "key-1"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(api, HttpMethod.Post, "/control/streams/cut", "key-1"));
    }

    [Fact]
    public async Task AKeyAloneOpensNothing()
    {
        await using var api = await RunningApi.StartAsync(("environment", "Development"), ("Control:Key", "key-1"));

        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(api, HttpMethod.Get, "/control/state", "key-1"));
    }

    /// <summary>What adopts the library may have a setting of that name itself, and no use for an address that ends its process.</summary>
    [Fact]
    public async Task AHostOfTheHubHasNoControlUnlessItAddsIt()
    {
        var builder = WebApplication.CreateSlimBuilder(["--environment=Development", "--Control:Enabled=true", "--PipelineBackend:BaseUrl=http://127.0.0.1:9"]);
        builder.AddStatusStream();
        await using var host = builder.Build();
        host.MapStatusStream();

        var paths = ((IEndpointRouteBuilder)host).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText!).ToArray();
        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.StartsWith("/ui-api/pipeline", path, StringComparison.Ordinal));
    }

    private static async Task<HttpStatusCode> SendAsync(RunningApi api, HttpMethod method, string path, string? key)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await api.Http.SendAsync(request).Soon();
        return answer.StatusCode;
    }
}
