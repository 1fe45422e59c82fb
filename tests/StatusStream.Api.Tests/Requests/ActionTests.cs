using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Requests;

/// <summary><c>POST /ui-api/pipeline/{id}/{action}</c>: CONTRACT section 3.</summary>
public class ActionTests
{
    private const string Setting = "PipelineBackend:Actions:stop";
    private const string BackendPath = "/pipeline/a/stop";
    private const string Stop = "/ui-api/pipeline/a/stop";

    private static readonly (string, string)[] Seldom = [(Setting, "/pipeline/{id}/stop"), ("StatusStream:PollInterval", "01:00:00")];

    [Fact]
    public async Task AnActionIsPassedToTheBackendAndItsPipelineIsReadAtOnce()
    {
        await using var api = await RunningApi.StartAsync([.. Seldom, ("PipelineBackend:Headers:X-Key", "s3cr3t")]);
        using var client = await api.StreamAsync("a");
        await client.NextAsync();
        string? asked = null;
        api.Backend.AnswersAt(BackendPath, context =>
        {
            asked = $"{context.Request.Method} {context.Request.Headers["X-Key"]} {context.Request.ContentLength}";
            api.Backend.Says("a", "Stopping");
            return KestrelBackend.Code(StatusCodes.Status204NoContent)(context);
        });

        using var response = await PostAsync(api, Stop);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("""{"pipelineId":"a","action":"stop"}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("a active->stopping", await client.NextTextAsync());
        Assert.Equal("POST s3cr3t 0", asked);
        Assert.Equal(1, api.Backend.ReadsAt(BackendPath));
    }

    [Fact]
    public async Task WithoutTheSettingThereIsNoActionAndNoneIsOffered()
    {
        await using var api = await RunningApi.StartAsync();
        using var response = await PostAsync(api, Stop);
        using var offered = await api.GetAsync("/ui-api/pipeline/actions");

        await response.ProblemAsync(HttpStatusCode.NotFound);
        Assert.Equal("""{"actions":[]}""", await offered.Content.ReadAsStringAsync());
        Assert.Equal(0, api.Backend.ReadsAt(BackendPath));
    }

    [Fact]
    public async Task WhatIsConfiguredIsOfferedAndDescribed()
    {
        await using var api = await RunningApi.StartAsync((Setting, "/v1/{id}:stop"), ("PipelineBackend:Actions:roll-back", "/pipeline/{id}/back?hard=1"));
        using var offered = await api.GetAsync("/ui-api/pipeline/actions");
        using var document = await api.GetAsync("/openapi/v1.json");
        using var response = await PostAsync(api, "/ui-api/pipeline/a/roll-back");

        Assert.Equal("""{"actions":["roll-back","stop"]}""", await offered.Content.ReadAsStringAsync());
        var operation = (await document.JsonAsync()).GetProperty("paths").GetProperty("/ui-api/pipeline/{id}/roll-back").GetProperty("post");
        Assert.Superset(
            new HashSet<string>(["202", "403", "409", "429", "502", "504"], StringComparer.Ordinal),
            operation.GetProperty("responses").EnumerateObject().Select(code => code.Name).ToHashSet(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(1, api.Backend.ReadsAt("/pipeline/a/back?hard=1"));
    }

    [Theory]
    [InlineData(409, """{"detail":"It is\n\tstopped  already.","message":"no"}""", HttpStatusCode.Conflict, "It is stopped already.")]
    [InlineData(422, """{"message":"Not now"}""", HttpStatusCode.UnprocessableEntity, "Not now")]
    [InlineData(400, """{"error":"bad"}""", HttpStatusCode.BadRequest, "bad")]
    [InlineData(403, """{"error":{"message":"You may not."}}""", HttpStatusCode.Forbidden, "You may not.")]
    [InlineData(409, "<html><script>alert(1)</script>", HttpStatusCode.Conflict, "The backend has refused to stop 'a', and does not say why.")]
    [InlineData(409, """{"detail":{"a":1}}""", HttpStatusCode.Conflict, "The backend has refused to stop 'a', and does not say why.")]
    [InlineData(409, """{"detail":"\ud800"}""", HttpStatusCode.Conflict, "The backend has refused to stop 'a', and does not say why.")]
    [InlineData(404, "", HttpStatusCode.NotFound, "The backend has no pipeline 'a'.")]
    [InlineData(500, """{"detail":"Disk full"}""", HttpStatusCode.BadGateway, "the backend answered 500: Disk full")]
    [InlineData(302, "", HttpStatusCode.BadGateway, "the backend answered 302")]
    [InlineData(401, """{"detail":"who?"}""", HttpStatusCode.BadGateway, "see PipelineBackend:Headers")]
    public async Task TheBackendsRefusalIsToldInItsOwnWords(int statusCode, string body, HttpStatusCode expected, string words)
    {
        await using var api = await RunningApi.StartAsync(Seldom);
        api.Backend.AnswersAt(BackendPath, Refusal(statusCode, body));
        using var response = await PostAsync(api, Stop);

        var detail = await response.ProblemAsync(expected);
        Assert.Contains(words, detail, StringComparison.Ordinal);
        Assert.DoesNotContain("<", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WordsWithoutEndAreCutAndABodyBeyondTheLimitSaysNothing()
    {
        await using var api = await RunningApi.StartAsync(Seldom);
        api.Backend.AnswersAt(BackendPath, Refusal(409, $$"""{"detail":"{{new string('x', 5000)}}"}"""));
        using (var response = await PostAsync(api, Stop))
            Assert.Equal(new string('x', RefusalWords.MaxLength - 1) + "…", await response.ProblemAsync(HttpStatusCode.Conflict));

        api.Backend.AnswersAt(BackendPath, Refusal(409, $$"""{"detail":"{{new string('x', 70_000)}}"}"""));
        using (var response = await PostAsync(api, Stop))
            Assert.Contains("does not say why", await response.ProblemAsync(HttpStatusCode.Conflict), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARefusalAsksForARestInTheBackendsWords()
    {
        await using var api = await RunningApi.StartAsync(Seldom);
        api.Backend.AnswersAt(BackendPath, context =>
        {
            context.Response.Headers.RetryAfter = "7";
            return Refusal(429, """{"message":"Slowly"}""")(context);
        });
        using var response = await PostAsync(api, Stop);

        Assert.Equal("Slowly", await response.ProblemAsync(HttpStatusCode.TooManyRequests));
        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task ABackendThatDoesNotAnswerInTimeIs504()
    {
        await using var api = await RunningApi.StartAsync([.. Seldom, ("StatusStream:RequestTimeout", "00:00:00.200")]);
        api.Backend.AnswersAt(BackendPath, api.Backend.HangAsync);
        using var response = await PostAsync(api, Stop);

        Assert.Contains("Its status will tell", await response.ProblemAsync(HttpStatusCode.GatewayTimeout), StringComparison.Ordinal);
        Assert.Equal(1, api.Backend.ReadsAt(BackendPath));
    }

    [Fact]
    public async Task ABackendThatIsNotThereIs502()
    {
        await using var api = await RunningApi.StartAsync([.. Seldom, ("PipelineBackend:BaseUrl", "http://127.0.0.1:1")]);
        using var response = await PostAsync(api, Stop);

        Assert.Contains("could not be asked to stop 'a'", await response.ProblemAsync(HttpStatusCode.BadGateway), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARequestThatMayHaveArrivedIsNeverSentAgain()
    {
        await using var api = await RunningApi.StartAsync(Seldom);
        using (await PostAsync(api, Stop))
        {
        }

        api.Backend.AnswersAt(BackendPath, context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var response = await PostAsync(api, Stop);

        await response.ProblemAsync(HttpStatusCode.BadGateway);
        Assert.Equal(2, api.Backend.ReadsAt(BackendPath));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    public async Task APageOfAnotherSiteAsksForNothing(string header, string value)
    {
        await using var api = await RunningApi.StartAsync(Seldom);
        using var response = await PostAsync(api, Stop, request => request.Headers.Add(header, value));

        Assert.Contains("another site", await response.ProblemAsync(HttpStatusCode.Forbidden), StringComparison.Ordinal);
        Assert.Equal(0, api.Backend.ReadsAt(BackendPath));
    }

    [Theory]
    [InlineData("/ui-api/pipeline/a%20b/stop", HttpStatusCode.BadRequest)]
    [InlineData("/ui-api/pipeline/a%2Fb/stop", HttpStatusCode.BadRequest)]
    [InlineData("/ui-api/pipeline/a/explode", HttpStatusCode.NotFound)]
    [InlineData("/ui-api/pipeline/a/health", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/ui-api/pipeline/status/stream", HttpStatusCode.MethodNotAllowed)]
    public async Task WhatIsNoActionOrNoPipelineDoesNotReachTheBackend(string path, HttpStatusCode expected)
    {
        await using var api = await RunningApi.StartAsync(Seldom);
        using var response = await PostAsync(api, path);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(0, api.Backend.TotalReads);
    }

    [Fact]
    public async Task AClientAsksForSoManyActionsInASecondAndForSoManyStrangers()
    {
        await using var api = await RunningApi.StartAsync(
            [.. Seldom, ("StatusStream:Limits:ActionsPerSecondPerClient", "1"), ("StatusStream:Limits:NewPipelinesPerMinutePerClient", "2")]);
        api.Backend.AnswersAt("/pipeline", KestrelBackend.Json("""["a"]"""));
        for (var i = 0; i < 3; i++)
        {
            using var response = await PostAsync(api, $"/ui-api/pipeline/stranger-{i}/stop");
            if (i < 2) Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            else Assert.Contains("NewPipelinesPerMinutePerClient", await response.ProblemAsync(HttpStatusCode.TooManyRequests), StringComparison.Ordinal);
        }

        var refusals = 0;
        for (var i = 0; i < 10; i++)
        {
            using var response = await PostAsync(api, Stop);
            if (response.StatusCode == HttpStatusCode.Accepted) continue;
            refusals++;
            Assert.Contains("ActionsPerSecondPerClient", await response.ProblemAsync(HttpStatusCode.TooManyRequests), StringComparison.Ordinal);
            Assert.NotNull(response.Headers.RetryAfter);
        }

        Assert.InRange(refusals, 1, 9);
        Assert.Equal(0, api.Backend.ReadsAt("/pipeline/stranger-2/stop"));
    }

    [Fact]
    public async Task WhoAskedForWhatIsInTheLog()
    {
        var log = FakeLogCollector.Create(new FakeLogCollectorOptions());
        await using var api = await RunningApi.StartAsync(
            services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(new FakeLoggerProvider(log))),
            [.. Seldom, ("Logging:LogLevel:Default", "Information")]);
        api.Backend.AnswersAt(BackendPath, KestrelBackend.Code(409));
        using var response = await PostAsync(api, Stop);

        Assert.Contains(
            log.GetSnapshot(), line => line.Message == "Action stop of pipeline a asked for by 127.0.0.1: Refused, the backend answered 409");
    }

    private static RequestDelegate Refusal(int statusCode, string body) => context =>
    {
        context.Response.StatusCode = statusCode;
        return context.Response.WriteAsync(body, context.RequestAborted);
    };

    private static Task<HttpResponseMessage> PostAsync(RunningApi api, string path, Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path);
        change?.Invoke(request);
        return api.Http.SendAsync(request).Soon();
    }
}
