using System.Net;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Requests;

/// <summary>What clients get wrong, or try, through Web: the answer of the contract, and the service goes on.</summary>
[Collection(CalmCollection.Name)]
public sealed class BadInputTests(CalmSystem calm)
{
    private const string Stream = "/ui-api/pipeline/status/stream";
    private const string Poll = "/ui-api/pipeline/status";

    private readonly RunningSystem _system = calm.System;

    public static TheoryData<string, string> BadIds => new()
    {
        { "", "Name at least one" },
        { "?pipelineIds=", "Name at least one" },
        { "?pipelineIds=,%20,", "Name at least one" },
        { "?pipelineIds=orders,a%20b", "'a b'" },
        { "?pipelineIds=..", "'..'" },
        { "?pipelineIds=.", "'.'" },
        { "?pipelineIds=..%2F..%2Fcontrol%2Fstats", "'../../control/stats'" },
        { "?pipelineIds=a/b", "'a/b'" },
        { "?pipelineIds=a%00b", "is not a pipeline id" },
        { "?pipelineIds=a%0D%0AX-Evil:%201", "is not a pipeline id" },
        { "?pipelineIds=%FF%FE", "is not a pipeline id" },
        { "?pipelineIds=%C3%A9", "is not a pipeline id" },
        { "?pipelineIds=" + new string('x', 129), "is not a pipeline id" },
        { "?pipelineIds=" + string.Join(',', Enumerable.Range(0, 501)), "501" },
    };

    [Theory]
    [MemberData(nameof(BadIds))]
    public async Task BadIdsAreRefusedWithAReason(string query, string reason)
    {
        foreach (var path in new[] { Stream, Poll })
        {
            var answer = await RawRequest.SendAsync(_system.Web.Address, $"GET {path}{query} HTTP/1.1");

            Assert.Equal(400, answer.Status);
            Assert.Contains("application/problem+json", answer.Text, StringComparison.Ordinal);
            Assert.Contains(reason, answer.Text.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain("\r\nX-Evil", answer.Text, StringComparison.OrdinalIgnoreCase);
        }

        await AssertServesAsync();
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task OtherMethodsAreNotAllowedOnAStream(string method)
    {
        var answer = await RawRequest.SendAsync(_system.Web.Address, $"{method} {Stream}?pipelineIds=orders HTTP/1.1", "Content-Length: 0");

        Assert.Equal(405, answer.Status);
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("Accept: application/json")]
    [InlineData("Accept: text/event-stream;q=0, */*")]
    public async Task AClientThatExcludesEventStreamsIsRefused(string accept)
    {
        var answer = await RawRequest.SendAsync(_system.Web.Address, $"GET {Stream}?pipelineIds=orders HTTP/1.1", accept);

        Assert.Equal(406, answer.Status);
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("/ui-api/pipeline/..%2F..%2Fcontrol%2Fstats/health")]
    [InlineData("/ui-api/pipeline/..%252F..%252Fcontrol/health")]
    [InlineData("/ui-api/pipeline/../../control/stats")]
    [InlineData("/ui-api/pipeline/%2E%2E/health")]
    [InlineData("/ui-api/pipeline/a%0D%0Ab/health")]
    [InlineData("/ui-api/pipeline/a%00b/health")]
    [InlineData("/ui-api/pipeline/a\0b/health")]
    [InlineData("/ui-api/pipeline/%FF/health")]
    [InlineData("/ui-api/pipeline/\u00e9/health")]
    [InlineData("/ui-api/pipeline/status/stream?pipelineIds=\u00e9")]
    [InlineData("/ui-api/control/crash")]
    public async Task NoPathReachesAnythingElse(string path)
    {
        var answer = await RawRequest.SendAsync(_system.Web.Address, $"GET {path} HTTP/1.1");

        Assert.InRange(answer.Status, 400, 404);
        Assert.DoesNotContain("\"callers\"", answer.Text, StringComparison.Ordinal);
        await AssertServesAsync();
    }

    [Fact]
    public async Task ARequestLineBeyondTheLimitIsRefused()
    {
        var answer = await RawRequest.SendAsync(_system.Web.Address, $"GET {Stream}?pipelineIds={new string('x', 200_000)} HTTP/1.1");

        Assert.Equal(414, answer.Status);
        await AssertServesAsync();
    }

    [Fact]
    public async Task HeadersBeyondTheLimitAreRefused()
    {
        var answer = await RawRequest.SendAsync(_system.Web.Address, $"GET {Stream}?pipelineIds=orders HTTP/1.1", "X-Large: " + new string('x', 400_000));

        Assert.Equal(431, answer.Status);
        await AssertServesAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("""{"pipelineIds":[]}""")]
    [InlineData("""{"pipelineIds":["../control"]}""")]
    [InlineData("""{"pipelineIds":[1]}""")]
    public async Task ANotificationThatMakesNoSenseIsRefused(string body)
    {
        using var response = await calm.NotifyAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    private async Task AssertServesAsync()
    {
        await _system.Backend.SetAsync("serving", "Running");
        using var response = await _system.Http.GetAsync(new Uri("ui-api/pipeline/serving/health", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
