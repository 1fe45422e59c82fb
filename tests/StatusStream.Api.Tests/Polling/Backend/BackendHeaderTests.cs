using Microsoft.AspNetCore.Http;
using PipelineAspire.StatusStream.Pipelines;
using PipelineAspire.StatusStream.Polling.Backend;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Polling.Backend;

/// <summary>What a backend says beside its JSON, and what it is told.</summary>
public class BackendHeaderTests
{
    private const string Running = """{"overall_status":"Running"}""";

    [Fact]
    public async Task A304ConfirmsWhatIsKnown()
    {
        await using var rig = await BackendRig.StartAsync();
        rig.Backend.Answers("a", BackendRig.Tagged(Running, "\"7\"", ("Cache-Control", "max-age=5")));
        var first = await rig.ReadAsync();

        var second = await rig.ReadAsync(known: new KnownAnswer(first.ETag!, PipelineStatus.Paused));

        Assert.Equal("\"7\"", first.ETag);
        Assert.Equal((PipelineCondition.Ok, PipelineStatus.Paused), (second.Condition, second.Status!.Value));
        Assert.True(second.Body.IsEmpty);
        Assert.Equal(TimeSpan.FromSeconds(5), second.MaxAge);
        Assert.Equal("\"7\"", rig.Backend.LastHeaders!.IfNoneMatch);
    }

    [Fact]
    public async Task NoTagIsSentBackThatIsNotKnown()
    {
        await using var rig = await BackendRig.StartAsync();
        rig.Backend.Answers("a", BackendRig.Tagged(Running, "\"7\""));
        await rig.ReadAsync();
        await rig.ReadAsync();

        Assert.False(rig.Backend.LastHeaders!.ContainsKey("If-None-Match"));
    }

    [Fact]
    public async Task A304ThatNobodyAskedForIsABadAnswer()
    {
        await using var rig = await BackendRig.StartAsync();
        rig.Backend.Answers("a", KestrelBackend.Code(304));

        Assert.Equal(PipelineCondition.Error, (await rig.ReadAsync()).Condition);
    }

    [Theory]
    [InlineData("\"7\"", "\"7\"")]
    [InlineData("W/\"7\"", "W/\"7\"")]
    [InlineData("7", "7")]
    [InlineData("*", null)]
    [InlineData("", null)]
    [InlineData("\"a b\"", null)]
    [InlineData(null, null)]
    public async Task ATagIsKeptAsItWasWritten(string? header, string? tag)
    {
        await using var rig = await BackendRig.StartAsync();
        rig.Backend.Answers("a", header is null ? BackendRig.Json(Running) : BackendRig.Json(Running, ("ETag", header)));

        Assert.Equal(tag, (await rig.ReadAsync()).ETag);
    }

    [Fact]
    public async Task ATagWithoutQuotesIsConfirmedToo()
    {
        await using var rig = await BackendRig.StartAsync();
        rig.Backend.Answers("a", BackendRig.Tagged(Running, "v7"));

        Assert.Equal(PipelineStatus.Active, (await rig.ReadAsync(known: new KnownAnswer("v7", PipelineStatus.Active))).Status);
        Assert.Equal("v7", rig.Backend.LastHeaders!.IfNoneMatch);
    }

    [Fact]
    public async Task A304ConfirmsAWholeBatch()
    {
        await using var rig = await BackendRig.StartAsync(("PipelineBackend:Batch:Path", "/batch?ids={ids}"));
        const string Body = """[{"pipeline_id":"a","overall_status":"Paused"}]""";
        rig.Backend.AnswersAt("/batch?ids=a,b", BackendRig.Tagged(Body, "\"7\"", ("Cache-Control", "max-age=5")));
        await rig.ReadBatchAsync("a", "b");
        Assert.False(rig.Backend.LastHeaders!.ContainsKey("If-None-Match"));

        var answer = await rig.ReadBatchAsync("a", "b");

        Assert.Equal("\"7\"", rig.Backend.LastHeaders!.IfNoneMatch);
        var reading = Assert.Single(answer.Readings);
        Assert.Equal(("a", PipelineCondition.Ok, PipelineStatus.Paused), (reading.PipelineId, reading.Condition, reading.Status!.Value));
        Assert.Equal(TimeSpan.FromSeconds(5), reading.MaxAge);
        Assert.Equal(["b"], answer.Missing);
    }

    [Fact]
    public async Task A304ConfirmsAnAnswerAboutAllWhoeverIsAskedFor()
    {
        await using var rig = await BackendRig.StartAsync(("PipelineBackend:Batch:Path", "/all"));
        const string Body = """[{"pipeline_id":"a","overall_status":"Paused"},{"pipeline_id":"b","overall_status":"Running"}]""";
        rig.Backend.AnswersAt("/all", BackendRig.Tagged(Body, "\"7\""));
        await rig.ReadBatchAsync("a", "c");

        var answer = await rig.ReadBatchAsync("b");

        Assert.Equal("\"7\"", rig.Backend.LastHeaders!.IfNoneMatch);
        Assert.Equal(("b", PipelineStatus.Active), (Assert.Single(answer.Readings).PipelineId, answer.Readings[0].Status!.Value));
        Assert.Equal(["a", "b"], answer.Shown!.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ABatchForOthersIsAskedForWithoutATag()
    {
        await using var rig = await BackendRig.StartAsync(("PipelineBackend:Batch:Path", "/batch?ids={ids}"));
        rig.Backend.Otherwise = BackendRig.Tagged("[]", "\"7\"");
        await rig.ReadBatchAsync("a", "b");
        await rig.ReadBatchAsync("a", "c");

        Assert.False(rig.Backend.LastHeaders!.ContainsKey("If-None-Match"));
    }

    [Fact]
    public async Task ABatchThatFailedTakesNothingFromWhatIsKnown()
    {
        await using var rig = await BackendRig.StartAsync(("PipelineBackend:Batch:Path", "/all"));
        var tagged = BackendRig.Tagged("""[{"pipeline_id":"a","overall_status":"Paused"}]""", "\"7\"");
        rig.Backend.AnswersAt("/all", tagged);
        await rig.ReadBatchAsync("a");
        rig.Backend.AnswersAt("/all", BackendRig.Json("<html>", ("ETag", "\"8\"")));
        await rig.ReadBatchAsync("a");
        rig.Backend.AnswersAt("/all", tagged);

        Assert.Equal(PipelineStatus.Paused, Assert.Single((await rig.ReadBatchAsync("a")).Readings).Status);
        Assert.Equal("\"7\"", rig.Backend.LastHeaders!.IfNoneMatch);
    }

    [Fact]
    public async Task A304ConfirmsTheList()
    {
        await using var rig = await BackendRig.StartAsync();
        rig.Backend.AnswersAt("/pipeline", BackendRig.Tagged("""["a"]""", "\"7\""));
        var listing = await rig.ListAsync();

        Assert.Equal(["a"], listing.PipelineIds);
        Assert.Same(listing, await rig.ListAsync(listing));
        Assert.Equal("\"7\"", rig.Backend.LastHeaders!.IfNoneMatch);
    }

    [Theory]
    [InlineData("max-age=60", null, 60)]
    [InlineData("private, max-age=60, s-maxage=5", null, 60)]
    [InlineData("max-age=60", "20", 40)]
    [InlineData("max-age=60", "60", null)]
    [InlineData("max-age=60", "100", null)]
    [InlineData("max-age=60", "old", 60)]
    [InlineData("max-age=0", null, null)]
    [InlineData("max-age=60, no-cache", null, null)]
    [InlineData("max-age=60, no-store", null, null)]
    [InlineData("max-age=-1", null, null)]
    [InlineData("max-age=soon", null, null)]
    [InlineData("public", null, null)]
    [InlineData(null, "20", null)]
    public async Task AnAnswerHoldsAsLongAsItSaysLessItsAge(string? cacheControl, string? age, int? seconds)
    {
        await using var rig = await BackendRig.StartAsync(("PipelineBackend:Batch:Path", "/all"));
        rig.Backend.Otherwise = context =>
        {
            if (cacheControl is not null) context.Response.Headers.CacheControl = cacheControl;
            if (age is not null) context.Response.Headers.Age = age;
            return context.Response.WriteAsync(context.Request.Path == "/all" ? """[{"pipeline_id":"a","overall_status":"Running"}]""" : Running);
        };

        Assert.Equal(seconds, (int?)(await rig.ReadAsync()).MaxAge?.TotalSeconds);
        Assert.Equal(seconds, (int?)(await rig.ReadBatchAsync("a")).Readings[0].MaxAge?.TotalSeconds);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task APipelineThatIsGoneIsNotFound(int statusCode)
    {
        await using var rig = await BackendRig.StartAsync();
        rig.Backend.Answers("a", KestrelBackend.Code(statusCode));
        var reading = await rig.ReadAsync();

        Assert.Equal((PipelineCondition.NotFound, $"{statusCode}"), (reading.Condition, reading.Reason));
    }

    [Theory]
    [InlineData(401, null, true)]
    [InlineData(403, null, true)]
    [InlineData(401, "7", true)]
    [InlineData(403, "7", false)]
    [InlineData(429, "7", false)]
    [InlineData(407, null, false)]
    [InlineData(500, null, false)]
    public async Task RefusedCredentialsAreCalledThat(int statusCode, string? retryAfter, bool isDenied)
    {
        await using var rig = await BackendRig.StartAsync(("PipelineBackend:Batch:Path", "/all"));
        rig.Backend.Otherwise = retryAfter is null ? BackendRig.Code(statusCode) : BackendRig.Code(statusCode, ("Retry-After", retryAfter));
        var reading = await rig.ReadAsync();
        var member = (await rig.ReadBatchAsync("a")).Readings[0];
        var listing = await Assert.ThrowsAsync<BackendException>(() => rig.ListAsync());

        Assert.Equal((isDenied, isDenied), (reading.IsDenied, member.IsDenied));
        Assert.Equal(reading.Reason, member.Reason);
        Assert.Equal($"{rig.Backend.Url}/all", member.Address);
        Assert.Equal(isDenied, reading.Reason!.Contains("refuses this hub's credentials", StringComparison.Ordinal));
        Assert.Equal(isDenied, reading.Reason!.Contains("PipelineBackend:Headers", StringComparison.Ordinal));
        Assert.Contains($"{statusCode}", reading.Reason, StringComparison.Ordinal);
        Assert.Contains(reading.Reason, listing.Message, StringComparison.Ordinal);
        Assert.Equal(retryAfter is null ? null : TimeSpan.FromSeconds(7), reading.RetryAfter);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(200_000)]
    public async Task TheLargestAnswerAboutOneIsASetting(int limit)
    {
        await using var rig = await BackendRig.StartAsync(("PipelineBackend:MaxBodyBytes", $"{limit}"));

        rig.Backend.Answers("a", KestrelBackend.Json(Running + new string(' ', limit - Running.Length)));
        Assert.Equal(PipelineCondition.Ok, (await rig.ReadAsync()).Condition);
        rig.Backend.Answers("a", KestrelBackend.Json(Running + new string(' ', limit - Running.Length + 1)));
        Assert.Equal(PipelineCondition.Error, (await rig.ReadAsync()).Condition);
    }
}
