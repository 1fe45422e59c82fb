using System.Net;
using System.Text.Json;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Access.Rights;

/// <summary>What one may not see answers as what does not exist, in every answer.</summary>
public class HiddenPipelinesTests
{
    private const string Api = "/ui-api/pipeline";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AStreamIsToldThatAHiddenPipelineIsNotFoundAndNeverOfItsChanges(bool isRelayed)
    {
        await using var guarded = await Guarded.StartAsync(isRelayed);
        using var theirs = await guarded.StreamAsync(Guarded.Tokens.Of("bob", ["theirs"]), "theirs");
        Assert.Equal("batch theirs=active", await theirs.NextTextAsync());
        using var stream = await guarded.StreamAsync(Guarded.Tokens.Of("ann", ["mine"]), "mine,theirs,made-up");

        Assert.Equal("batch mine=active", await stream.NextTextAsync());
        Assert.Equal(["pipeline_not_found made-up", "pipeline_not_found theirs"], new[] { await stream.NextTextAsync(), await stream.NextTextAsync() }.Order(StringComparer.Ordinal));
        guarded.Hub.Backend.Says("theirs", "Paused");
        await theirs.UntilAsync("theirs active->paused");
        guarded.Hub.Backend.Says("mine", "Paused");
        Assert.Equal("mine active->paused", await stream.NextTextAsync());
        Assert.Equal(0, guarded.Hub.Backend.ReadsOf("made-up"));
    }

    [Theory]
    [InlineData(false, "theirs")]
    [InlineData(true, "theirs")]
    [InlineData(false, "made-up")]
    [InlineData(true, "made-up")]
    public async Task PollsDocumentsAndActionsKnowNothingOfIt(bool isRelayed, string hidden)
    {
        await using var guarded = await Guarded.StartAsync(isRelayed);
        var token = Guarded.Tokens.Of("ann", ["mine"]);

        var (status, batch) = await guarded.SendAsync(token, HttpMethod.Get, $"{Api}/status?pipelineIds=mine,{hidden}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("mine", Assert.Single(JsonDocument.Parse(batch).RootElement.GetProperty("updates").EnumerateArray()).GetProperty("pipelineId").GetString());
        var (found, document) = await guarded.SendAsync(token, HttpMethod.Get, $"{Api}/{hidden}/health");
        Assert.Equal(HttpStatusCode.NotFound, found);
        Assert.Contains($"has no pipeline '{hidden}'", document, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NotFound, document), await SameAsync(guarded.SendAsync(token, HttpMethod.Post, $"{Api}/{hidden}/stop", "")));
        Assert.Equal(0, guarded.Hub.Backend.ReadsAt($"/pipeline/{hidden}/stop"));

        async Task<(HttpStatusCode, string)> SameAsync(Task<(HttpStatusCode Status, string Body)> answer)
        {
            var (code, body) = await answer;
            return (code, WithoutTrace(body) == WithoutTrace(document) ? document : body);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheListDoesNotShowItAndHasATagOfItsOwn(bool isRelayed)
    {
        await using var guarded = await Guarded.StartAsync(isRelayed);
        var token = Guarded.Tokens.Of("ann", ["mine"]);
        using var first = await guarded.AskAsync(token, HttpMethod.Get, Api);
        Assert.Equal("""[{"pipeline_id":"mine","name":"Mine"}]""", await first.Content.ReadAsStringAsync());
        using var all = await guarded.AskAsync(Guarded.Tokens.Of("bob", ["*"]), HttpMethod.Get, Api);
        Assert.NotEqual(all.Headers.ETag, first.Headers.ETag);
        using var again = await guarded.AskAsync(token, HttpMethod.Get, Api, tag: first.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        using var other = await guarded.AskAsync(token, HttpMethod.Get, Api, tag: all.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OfTheListAStreamIsToldOnlyWhatItsViewerMaySee(bool isRelayed)
    {
        await using var guarded = await Guarded.StartAsync(isRelayed);
        using var stream = await guarded.StreamAsync(Guarded.Tokens.Of("ann", ["mine*"]), "mine&list=1");
        using var all = await guarded.StreamAsync(Guarded.Tokens.Of("bob", ["*"]), "mine&list=1");
        var first = (await stream.UntilAsync("list_changed")).Text("etag");
        await all.UntilAsync("list_changed");
        guarded.Hub.Backend.AnswersAt("/pipeline", KestrelBackend.Json("""[{"pipeline_id":"mine"},{"pipeline_id":"theirs"},{"pipeline_id":"theirs-2"}]"""));
        await all.UntilAsync("list_changed");
        guarded.Hub.Backend.Says("mine", "Paused");
        Assert.Equal("mine active->paused", await stream.NextTextAsync());

        guarded.Hub.Backend.AnswersAt("/pipeline", KestrelBackend.Json("""[{"pipeline_id":"mine"},{"pipeline_id":"mine-2"},{"pipeline_id":"theirs"}]"""));

        Assert.NotEqual(first, (await stream.UntilAsync("list_changed")).Text("etag"));
    }

    [Fact]
    public async Task WhoMayNotBeAskedForShowsNothing()
    {
        var authorizer = new OnlyPipelines("mine") { Failure = new InvalidOperationException("down") };
        await using var guarded = await Guarded.StartAsync(authorizer: authorizer);
        var token = Guarded.Tokens.Of("ann", []);
        foreach (var path in new[] { $"{Api}/status?pipelineIds=mine", $"{Api}/mine/health", Api })
        {
            using var answer = await guarded.AskAsync(token, HttpMethod.Get, path);
            Assert.NotNull(answer.Headers.RetryAfter);
            await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        }

        using var stream = await guarded.StreamAsync(token, "mine");
        await Assert.ThrowsAnyAsync<Exception>(stream.NextAsync);
    }

    private static string WithoutTrace(string problem)
    {
        var at = problem.IndexOf(",\"traceId\"", StringComparison.Ordinal);
        return at < 0 ? problem : problem[..at];
    }
}
