using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PipelineAspire.StatusStream.Streaming;
using PipelineAspire.StatusStream.Streaming.Watching;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Access.Rights;

/// <summary>Credentials run out, are renewed, and are nobody else's, while a stream is open.</summary>
public class SignedOutTests
{
    private const string WatchPath = "/ui-api/pipeline/status/stream/watch";

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(false, "&watch=1")]
    public async Task WhenTheCredentialsRunOutTheStreamIsToldSoAndEnds(bool isRelayed, string query)
    {
        await using var guarded = await Guarded.StartAsync(isRelayed);
        using var stream = await guarded.StreamAsync(Guarded.Tokens.Of("ann", ["*"], TimeSpan.FromSeconds(2)), "mine" + query);

        await stream.UntilAsync("signed_out");


        Assert.Null(await stream.NextOrEndAsync());
        await Patience.UntilAsync(() => guarded.Api.Streams.Count == 0, "the stream is over");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AWatchRequestWithOtherCredentialsRenewsThemAndChangesTheRights(bool isRelayed)
    {
        await using var guarded = await Guarded.StartAsync(isRelayed);
        using var stream = await guarded.StreamAsync(Guarded.Tokens.Of("ann", ["mine", "theirs"], TimeSpan.FromSeconds(3)), "mine,theirs&watch=1");
        var handle = await stream.HandleAsync();

        var (status, _) = await guarded.SendAsync(Guarded.Tokens.Of("ann", ["mine"]), HttpMethod.Post, WatchPath, $$"""{"stream":"{{handle}}","revision":1}""");

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal(["batch 1", "pipeline_not_found theirs"], new[] { await stream.NextTextAsync(), await stream.NextTextAsync() }.Order(StringComparer.Ordinal));
        guarded.Hub.Backend.Says("theirs", "Paused");
        await guarded.SendAsync(Guarded.Tokens.Of("ann", ["mine", "theirs"]), HttpMethod.Post, WatchPath, $$"""{"stream":"{{handle}}","revision":2,"add":["other"]}""");
        Assert.Contains(await stream.NextTextAsync(), new[] { "theirs active->paused", "batch theirs=paused", "batch theirs=active", "batch 2" });
    }

    [Fact]
    public async Task NobodyElseChangesTheStreamWhoHasLearnedItsHandle()
    {
        await using var guarded = await Guarded.StartAsync();
        using var stream = await guarded.StreamAsync(Guarded.Tokens.Of("ann", ["*"]), "mine&watch=1");
        var body = $$"""{"stream":"{{await stream.HandleAsync()}}","revision":1,"add":["theirs"]}""";

        var (status, _) = await guarded.SendAsync(Guarded.Tokens.Of("bob", ["*"]), HttpMethod.Post, WatchPath, body);

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal(HttpStatusCode.Accepted, (await guarded.SendAsync(Guarded.Tokens.Of("ann", ["*"]), HttpMethod.Post, WatchPath, body)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&watch=1")]
    public async Task ARightThatIsWithdrawnLeavesTheOpenStreamAndComesBackToIt(string query)
    {
        var authorizer = new OnlyPipelines("mine", "theirs");
        await using var guarded = await Guarded.StartAsync(authorizer: authorizer);
        using var stream = await guarded.StreamAsync(Guarded.Tokens.Of("ann", []), "mine,theirs" + query);
        Assert.Equal("batch mine=active theirs=active", await stream.NextTextAsync());
        if (query.Length > 0) await stream.HandleAsync();
        var review = guarded.Hub.App.Services.GetRequiredService<RightsReview>();

        authorizer.Withdraw("theirs");
        await review.ReviewAsync(CancellationToken.None).Soon();
        Assert.Equal("pipeline_not_found theirs", await stream.NextTextAsync());
        guarded.Hub.Backend.Says("theirs", "Paused");
        guarded.Hub.Backend.Says("mine", "Paused");
        Assert.Equal("mine active->paused", await stream.NextTextAsync());

        authorizer.Grant("theirs");
        await review.ReviewAsync(CancellationToken.None).Soon();
        await stream.UntilAsync("theirs active->paused");
        guarded.Hub.Backend.Says("theirs", "Stopped");
        await stream.UntilAsync("theirs paused->stopped");
    }

    [Fact]
    public async Task WhoseRightsCannotBeAskedForIsCutOffAfterAWhile()
    {
        var authorizer = new OnlyPipelines("mine");
        await using var guarded = await Guarded.StartAsync(authorizer: authorizer);
        using var stream = await guarded.StreamAsync(Guarded.Tokens.Of("ann", []), "mine");
        Assert.Equal("batch mine=active", await stream.NextTextAsync());
        var watched = Assert.Single(guarded.Hub.App.Services.GetRequiredService<WatchedStreams>().All);
        authorizer.Failure = new InvalidOperationException("down");

        await watched.ReviewRightsAsync(RightsReview.LongestDoubt).Soon();
        guarded.Hub.Backend.Says("mine", "Paused");
        Assert.Equal("mine active->paused", await stream.NextTextAsync());

        await watched.ReviewRightsAsync(longestDoubt: TimeSpan.Zero).Soon();
        await Assert.ThrowsAnyAsync<Exception>(stream.NextAsync);
    }

    [Fact]
    public void TheTimerSignsOutAfterTheEndAndItsGraceAndIsSetAnewByNewCredentials()
    {
        var clock = new FakeTimeProvider();
        var signedOut = 0;
        using var timer = new SignOutTimer(() => signedOut++, clock.GetUtcNow().AddSeconds(60), clock);
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(0, signedOut);
        timer.Renew(clock.GetUtcNow().AddDays(100)); // longer than a timer can be set for
        clock.Advance(TimeSpan.FromDays(100));
        Assert.Equal(0, signedOut);
        clock.Advance(SignOutTimer.Grace);
        Assert.Equal(1, signedOut);
    }

    [Fact]
    public void WhoHasNoEndIsNeverSignedOutAndWhoIsPastItSoon()
    {
        var clock = new FakeTimeProvider();
        var signedOut = 0;
        using var never = new SignOutTimer(() => signedOut++, expires: null, clock);
        using var tolerated = new SignOutTimer(() => signedOut++, clock.GetUtcNow().AddHours(-1), clock);
        Assert.Equal(0, signedOut);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, signedOut);
        never.Renew(DateTimeOffset.MaxValue);
        clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal(1, signedOut);
    }
}
