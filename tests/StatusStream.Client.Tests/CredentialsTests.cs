using System.Net;
using System.Text;

namespace PipelineAspire.StatusStream.Client.Tests;

/// <summary>How the client says who asks, and what it does when the server wants to know it anew.</summary>
public sealed class CredentialsTests
{
    private const string Batch = "a batch of all subscribed pipelines";

    private const string SignedOut =
        "event: error\ndata: {\"type\":\"error\",\"timestamp\":1764000000000,\"message\":\"The session has ended.\",\"code\":\"signed_out\"}\n\n";

    private int _asked;

    [Fact]
    public async Task EachRequestCarriesATokenThatIsAskedForAnew()
    {
        await using var watching = new Watching(WithTokens());
        watching.Server.Stream().End();
        await watching.NextAsync<ConnectionOpened>();
        await watching.NextAsync<ConnectionLost>();
        watching.Server.Fail();
        await watching.AfterDelayAsync<ConnectionLost>(TimeSpan.FromSeconds(1));
        watching.Server.Stream();
        await watching.AfterDelayAsync<ConnectionOpened>(TimeSpan.FromSeconds(2));

        Assert.Equal(["Bearer token-1", "Bearer token-2", "Bearer token-3"], Sent(watching));
    }

    [Fact]
    public async Task WithoutATokenNoneIsSent()
    {
        await using var watching = new Watching(new StatusStreamClientOptions { AccessToken = _ => ValueTask.FromResult<string?>(null) });
        watching.Server.Stream();
        await watching.NextAsync<ConnectionOpened>();

        Assert.Equal([null], Sent(watching));
    }

    [Fact]
    public async Task CredentialsThatRanOutAreRenewedAtOnceAndTheStreamResumed()
    {
        await using var watching = new Watching(WithTokens());
        var first = watching.Server.Stream();
        first.Write(Golden.Wire(Batch));
        await watching.NextAsync<ConnectionOpened>();
        await watching.NextAsync<BatchUpdate>();
        watching.Clock.Advance(TimeSpan.FromSeconds(10));

        // Twice in a row, each after a healthy while.
        for (var times = 0; times < 2; times++)
        {
            first.Write(SignedOut);
            Assert.Equal(StreamError.SignedOut, (await watching.NextAsync<StreamError>()).Code);
            Assert.Equal(new ConnectionLost("the credentials have run out", 0, TimeSpan.Zero), await watching.NextAsync<ConnectionLost>());
            first = watching.Server.Stream();
            first.Write(Golden.Wire(Batch));
            await watching.NextAsync<ConnectionOpened>();
            await watching.NextAsync<BatchUpdate>();
            watching.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(["Bearer token-1", "Bearer token-2", "Bearer token-3"], Sent(watching));
        Assert.Contains("&known=", watching.Server.Requests[1].RequestUri!.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATokenThatIsRefusedIsAskedForOnceMore()
    {
        await using var watching = new Watching(WithTokens());
        watching.Server.Answer(HttpStatusCode.Unauthorized);
        watching.Server.Stream();

        Assert.Equal(new ConnectionLost("the server answered 401", 0, TimeSpan.Zero), await watching.NextAsync<ConnectionLost>());
        await watching.NextAsync<ConnectionOpened>();

        Assert.Equal(["Bearer token-1", "Bearer token-2"], Sent(watching));
    }

    [Fact]
    public async Task WhenTheFreshTokenIsRefusedTooTheWatchEndsInTheServersOwnWords()
    {
        await using var watching = new Watching(WithTokens());
        watching.Server.Answer(HttpStatusCode.Unauthorized);
        watching.Server.Answer(new HttpResponseMessage(HttpStatusCode.Unauthorized)
        {
            Content = new StringContent("""{"title":"Unauthorized","detail":"The token is of another audience."}""", Encoding.UTF8, "application/problem+json"),
        });
        await watching.NextAsync<ConnectionLost>();

        var signedOut = await Assert.ThrowsAsync<StatusStreamSignedOutException>(() => watching.Pull().WaitAsync(Watching.Patience));

        Assert.Equal(HttpStatusCode.Unauthorized, signedOut.StatusCode);
        Assert.EndsWith("The token is of another audience.", signedOut.Message, StringComparison.Ordinal);
        Assert.Equal(2, watching.Server.Requests.Count);
    }

    [Fact]
    public async Task AFreshTokenThatRunsOutAtOnceIsNotRenewedForEver()
    {
        await using var watching = new Watching(WithTokens());
        watching.Server.Stream().Write(SignedOut);
        watching.Server.Stream().Write(SignedOut);
        await watching.NextAsync<ConnectionOpened>();
        await watching.NextAsync<StreamError>();
        await watching.NextAsync<ConnectionLost>();
        await watching.NextAsync<ConnectionOpened>();
        await watching.NextAsync<StreamError>();

        await Assert.ThrowsAsync<StatusStreamSignedOutException>(() => watching.Pull().WaitAsync(Watching.Patience));

        Assert.Equal(2, watching.Server.Requests.Count);
    }

    [Fact]
    public async Task ARightThatIsMissingIsNoMatterOfTheToken()
    {
        await using var watching = new Watching(WithTokens());
        watching.Server.Answer(HttpStatusCode.Forbidden);

        var refused = await Assert.ThrowsAsync<StatusStreamRefusedException>(() => watching.Pull().WaitAsync(Watching.Patience));

        Assert.Equal((HttpStatusCode.Forbidden, 1), (refused.StatusCode, _asked));
    }

    [Fact]
    public async Task WithoutTokensWhoeverWasKnownIsTriedOnceMoreSinceTheHttpClientMayHaveFreshOnes()
    {
        await using var watching = new Watching();
        watching.Server.Stream().Write(SignedOut);
        watching.Server.Answer(HttpStatusCode.Unauthorized);
        await watching.NextAsync<ConnectionOpened>();
        await watching.NextAsync<StreamError>();
        await watching.NextAsync<ConnectionLost>();

        await Assert.ThrowsAsync<StatusStreamSignedOutException>(() => watching.Pull().WaitAsync(Watching.Patience));

        Assert.Equal(2, watching.Server.Requests.Count);
    }

    [Fact]
    public async Task ATokenThatCannotBeFetchedForNowIsALostConnection()
    {
        var isDown = true;
        await using var watching = new Watching(new StatusStreamClientOptions
        {
            AccessToken = _ => isDown ? throw new HttpRequestException("no token server") : ValueTask.FromResult<string?>("token"),
        });
        Assert.Equal(new ConnectionLost("no token server", 1, TimeSpan.FromSeconds(1)), await watching.NextAsync<ConnectionLost>());
        Assert.Empty(watching.Server.Requests);

        isDown = false;
        watching.Server.Stream();
        await watching.AfterDelayAsync<ConnectionOpened>(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task ATokenThatNeverComesIsGivenUpLikeAServerThatNeverAnswers()
    {
        await using var watching = new Watching(new StatusStreamClientOptions
        {
            AccessToken = async cancellationToken =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                return "never";
            },
        });
        var next = watching.Pull();

        watching.Clock.Advance(TimeSpan.FromSeconds(45));

        Assert.Equal("nothing was heard for 45 s", Assert.IsType<ConnectionLost>(await next.WaitAsync(Watching.Patience)).Reason);
    }

    private static IEnumerable<string?> Sent(Watching watching) => watching.Server.Requests.Select(request => request.Headers.Authorization?.ToString());

    private StatusStreamClientOptions WithTokens() => new() { AccessToken = _ => ValueTask.FromResult<string?>($"token-{++_asked}") };
}
