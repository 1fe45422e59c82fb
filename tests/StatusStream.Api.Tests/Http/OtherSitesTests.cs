using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Http;

/// <summary>No page of another site presses a button here, whichever there is.</summary>
public class OtherSitesTests
{
    /// <summary>Changes only the stream whose handle it knows, which nobody else can know: that is its proof, and pages of other origins that CORS lets in have it, too.</summary>
    private const string Watch = "/ui-api/pipeline/status/stream/watch";

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://elsewhere.example")]
    public async Task EveryEndpointThatChangesSomethingRefusesPagesOfOtherSites(string header, string value)
    {
        await using var api = await RunningApi.StartAsync(
            ("environment", "Development"), ("Control:Enabled", "true"), ("PipelineBackend:Actions:stop", "/pipeline/{id}/stop"));
        var buttons = Buttons(api);
        Assert.Superset(new HashSet<string> { "/ui-api/pipeline/notify", "/ui-api/pipeline/{id}/stop", "/control/crash", Watch }, buttons);

        foreach (var path in buttons)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path.Replace("{id}", "a", StringComparison.Ordinal));
            request.Headers.Add(header, value);
            using var answer = await api.Http.SendAsync(request).Soon();
            Assert.Equal(path == Watch ? HttpStatusCode.BadRequest : HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    private static HashSet<string> Buttons(RunningApi api) => api.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods && !methods.Contains("GET"))
        .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
        .ToHashSet();
}
