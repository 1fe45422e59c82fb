using System.Net;
using System.Text;

namespace PipelineAspire.StatusStream.Client.Tests;

/// <summary>What is not tried again, and what is refused before anything is tried.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task ARefusalIsThrownWithTheServersOwnWords()
    {
        await using var watching = new Watching();
        watching.Server.Answer(new HttpResponseMessage(HttpStatusCode.BadRequest)
        {
            Content = new StringContent("""{"title":"Bad Request","detail":"'a b' is no id."}""", Encoding.UTF8, "application/problem+json"),
        });

        var refused = await Assert.ThrowsAsync<StatusStreamRefusedException>(() => watching.Pull().WaitAsync(Watching.Patience));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("The status stream at http://status.test/ui-api/pipeline/status/stream was refused: the server answered 400: 'a b' is no id.", refused.Message);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.NotAcceptable)]
    [InlineData(HttpStatusCode.NoContent)]
    public async Task WhatTryingAgainDoesNotChangeIsThrown(HttpStatusCode status)
    {
        await using var watching = new Watching();
        watching.Server.Answer(status);

        Assert.Equal(status, (await Assert.ThrowsAsync<StatusStreamRefusedException>(() => watching.Pull().WaitAsync(Watching.Patience))).StatusCode);
    }

    [Fact]
    public async Task WhoeverIsNotKnownAndHasNoTokenIsToldSoAtOnce()
    {
        await using var watching = new Watching();
        watching.Server.Answer(HttpStatusCode.Unauthorized);

        await Assert.ThrowsAsync<StatusStreamSignedOutException>(() => watching.Pull().WaitAsync(Watching.Patience));

        Assert.Single(watching.Server.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.RequestTimeout)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.BadGateway)]
    public async Task WhatMayPassIsTriedAgain(HttpStatusCode status)
    {
        await using var watching = new Watching();
        watching.Server.Answer(status);
        watching.Server.Stream();

        await watching.NextAsync<ConnectionLost>();

        await watching.AfterDelayAsync<ConnectionOpened>(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task APageInPlaceOfTheStreamIsRefused()
    {
        await using var watching = new Watching();
        watching.Server.Answer(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<p>Hello", Encoding.UTF8, "text/html") });

        var refused = await Assert.ThrowsAsync<StatusStreamRefusedException>(() => watching.Pull().WaitAsync(Watching.Patience));

        Assert.Contains("text/html", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancellingEndsTheWatch()
    {
        await using var watching = new Watching();
        watching.Server.Stream();
        await watching.NextAsync<ConnectionOpened>();
        var next = watching.Pull();

        await watching.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(Watching.Patience));
    }

    [Fact]
    public void OptionsThatMakeNoSenseAreNamed()
    {
        using var http = new HttpClient { BaseAddress = new Uri("http://status.test") };
        (StatusStreamClientOptions Options, string Setting)[] senseless =
        [
            (new() { ReconnectDelay = TimeSpan.Zero }, "ReconnectDelay"),
            (new() { ReconnectDelay = TimeSpan.FromSeconds(40) }, "MaxReconnectDelay"),
            (new() { HealthyAfter = TimeSpan.FromSeconds(-1) }, "HealthyAfter"),
            (new() { HeartbeatTimeout = TimeSpan.Zero }, "HeartbeatTimeout"),
            (new() { Endpoint = new Uri("/stream?x=1", UriKind.Relative) }, "Endpoint"),
        ];

        foreach (var (options, setting) in senseless)
            Assert.Contains(setting, Assert.ThrowsAny<ArgumentException>(() => new StatusStreamClient(http, options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ThereMustBeAnAddressAndSomethingToWatch()
    {
        using var http = new HttpClient();
        Assert.Throws<ArgumentException>(() => new StatusStreamClient(http));

        http.BaseAddress = new Uri("http://status.test");
        Assert.Throws<ArgumentException>(() => new StatusStreamClient(http).WatchAsync([]));
        Assert.Throws<ArgumentException>(() => new StatusStreamClient(http).WatchAsync(["orders", " "]));
    }
}
