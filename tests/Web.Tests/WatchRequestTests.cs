using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace PipelineAspire.Web.Tests;

/// <summary>Watch requests on their way to the replica that has the stream.</summary>
public sealed class WatchRequestTests
{
    private const string Body = """{"stream":"x","revision":1,"add":["orders"]}""";

    [Fact]
    public async Task AWatchRequestFindsTheReplicaThatHasTheStreamWhicheverItCameToFirst()
    {
        await using var first = await FakeStatusService.Start();
        await using var second = await FakeStatusService.Start();
        await using var third = await FakeStatusService.Start();
        third.HasWatchedStream = true;
        await using var web = WebUnderTest.InFrontOfReplicas(first.Url, Bounds.DeadAddress(), second.Url, third.Url);
        using var browser = web.Browser();

        for (var count = 0; count < 6; count++)
        {
            using var answer = await PostAsync(browser, Body);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }

        Assert.Equal(6, third.WatchRequests.Count);
        Assert.All(third.WatchRequests.Concat(first.WatchRequests).Concat(second.WatchRequests), body => Assert.Equal(Body, body));
    }

    [Fact]
    public async Task WhenNoReplicaHasTheStreamTheClientIsToldSo()
    {
        await using var first = await FakeStatusService.Start();
        await using var second = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOfReplicas(first.Url, second.Url);
        using var browser = web.Browser();

        using var answer = await PostAsync(browser, Body);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal((1, 1), (first.WatchRequests.Count, second.WatchRequests.Count));
    }

    [Fact]
    public async Task ALargeBodyIsPassedOnAndATooLargeOneRefused()
    {
        await using var service = await FakeStatusService.Start();
        service.HasWatchedStream = true;
        await using var web = WebUnderTest.InFrontOfReplicas(service.Url);
        using var browser = web.Browser();
        var large = new string('x', (1024 * 1024) - 1);

        using var taken = await PostAsync(browser, large);
        using var refused = await PostAsync(browser, large + "xx");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.RequestEntityTooLarge), (taken.StatusCode, refused.StatusCode));
        Assert.Equal(large, Assert.Single(service.WatchRequests));
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient browser, string body)
    {
        var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        return browser.PostAsync("/ui-api/pipeline/status/stream/watch", content);
    }
}
