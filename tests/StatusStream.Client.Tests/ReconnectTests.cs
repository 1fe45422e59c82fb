using System.Net;
using System.Net.Http.Headers;

namespace PipelineAspire.StatusStream.Client.Tests;

/// <summary>How a lost connection is won back.</summary>
public sealed class ReconnectTests
{
    private const string Batch = "a batch of all subscribed pipelines";

    [Fact]
    public async Task AttemptsStartAfterOneTwoFourEightSixteenAndThenThirtySeconds()
    {
        await using var watching = new Watching();
        int[] delays = [1, 2, 4, 8, 16, 30, 30];
        watching.Server.Fail();
        var lost = await watching.NextAsync<ConnectionLost>();

        for (var failures = 1; failures <= delays.Length; failures++)
        {
            Assert.Equal((failures, TimeSpan.FromSeconds(delays[failures - 1])), (lost.Failures, lost.RetryIn));
            watching.Server.Fail();
            lost = await watching.AfterDelayAsync<ConnectionLost>(lost.RetryIn);
        }
    }

    [Fact]
    public async Task TheReasonOfALossIsTheInnermostOne()
    {
        await using var watching = new Watching();
        var cause = new IOException("Cannot determine the frame size.");
        watching.Server.Fail(new HttpRequestException("The SSL connection could not be established, see inner exception.", new IOException("So.", cause)));

        var lost = await watching.NextAsync<ConnectionLost>();

        Assert.Equal("The SSL connection could not be established: Cannot determine the frame size", lost.Reason);
    }

    [Fact]
    public async Task ChanceAddsAtMostAFifth()
    {
        await using var watching = new Watching(chance: 1);
        watching.Server.Fail();

        Assert.Equal(TimeSpan.FromSeconds(1.2), (await watching.NextAsync<ConnectionLost>()).RetryIn);
    }

    [Fact]
    public async Task FailuresAreForgottenOnlyAfterAnEventAndAHealthyWhile()
    {
        await using var watching = new Watching();
        watching.Server.Fail();
        await watching.NextAsync<ConnectionLost>();

        // Open for long, but silent.
        var silent = watching.Server.Stream();
        await watching.AfterDelayAsync<ConnectionOpened>(TimeSpan.FromSeconds(1));
        watching.Clock.Advance(TimeSpan.FromSeconds(30));
        silent.End();
        Assert.Equal(2, (await watching.NextAsync<ConnectionLost>()).Failures);

        // An event, but gone too soon.
        var hasty = watching.Server.Stream();
        hasty.Write(Golden.Wire(Batch));
        await watching.AfterDelayAsync<ConnectionOpened>(TimeSpan.FromSeconds(2));
        await watching.NextAsync<BatchUpdate>();
        watching.Clock.Advance(TimeSpan.FromSeconds(4.999));
        hasty.Break();
        Assert.Equal(3, (await watching.NextAsync<ConnectionLost>()).Failures);

        // Both.
        var healthy = watching.Server.Stream();
        healthy.Write(Golden.Wire(Batch));
        await watching.AfterDelayAsync<ConnectionOpened>(TimeSpan.FromSeconds(4));
        await watching.NextAsync<BatchUpdate>();
        watching.Clock.Advance(TimeSpan.FromSeconds(5));
        healthy.End();
        Assert.Equal(1, (await watching.NextAsync<ConnectionLost>()).Failures);
    }

    [Fact]
    public async Task AReplicaThatGoesAwayIsLeftAtOnceButNotForEver()
    {
        await using var watching = new Watching(chance: 0.5);
        watching.Server.Stream().Write(Golden.Wire("a replica that is going away"));
        await watching.NextAsync<ConnectionOpened>();
        await watching.NextAsync<StreamError>();

        var lost = await watching.NextAsync<ConnectionLost>();
        Assert.Equal((1, TimeSpan.FromMilliseconds(250)), (lost.Failures, lost.RetryIn));

        watching.Server.Stream().Write(Golden.Wire("a replica that is going away"));
        await watching.AfterDelayAsync<ConnectionOpened>(lost.RetryIn);
        await watching.NextAsync<StreamError>();
        Assert.Equal(TimeSpan.FromSeconds(2.2), (await watching.NextAsync<ConnectionLost>()).RetryIn);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, 12, 12)]
    [InlineData(HttpStatusCode.TooManyRequests, 7, 7)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 0, 1)]
    [InlineData(HttpStatusCode.ServiceUnavailable, 86400, 300)]
    public async Task RetryAfterIsTheLeastThatIsWaited(HttpStatusCode status, int retryAfter, int expected)
    {
        await using var watching = new Watching();
        var response = new HttpResponseMessage(status);
        response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(retryAfter));
        watching.Server.Answer(response);

        Assert.Equal(TimeSpan.FromSeconds(expected), (await watching.NextAsync<ConnectionLost>()).RetryIn);
    }

    [Fact]
    public async Task TheNewestIdIsSentAlongAlsoWhenAConnectionBetweenToldNothing()
    {
        await using var watching = new Watching();
        var stream = watching.Server.Stream();
        stream.Write(Golden.Wire(Batch) + Golden.Wire("a change") + Golden.Wire("a heartbeat"));
        stream.End();
        await watching.NextAsync<ConnectionOpened>();
        await watching.NextAsync<BatchUpdate>();
        await watching.NextAsync<StatusUpdate>();
        await watching.NextAsync<Heartbeat>();
        await watching.NextAsync<ConnectionLost>();

        watching.Server.Fail();
        await watching.AfterDelayAsync<ConnectionLost>(TimeSpan.FromSeconds(1));
        watching.Server.Stream();
        await watching.AfterDelayAsync<ConnectionOpened>(TimeSpan.FromSeconds(2));

        Assert.Equal(["7f3a9c0d12e4b85f-41"], watching.Server.Requests[1].Headers.GetValues("Last-Event-ID"));
        Assert.Equal(["7f3a9c0d12e4b85f-41"], watching.Server.Requests[2].Headers.GetValues("Last-Event-ID"));
    }

    [Fact]
    public async Task SilenceWhileConnectedCountsAsLostAndEveryEventBreaksIt()
    {
        await using var watching = new Watching();
        var stream = watching.Server.Stream();
        await watching.NextAsync<ConnectionOpened>();
        var next = watching.Pull();
        watching.Clock.Advance(TimeSpan.FromSeconds(44.999));
        Assert.False(next.IsCompleted);
        stream.Write(Golden.Wire("a heartbeat"));
        Assert.IsType<Heartbeat>(await next.WaitAsync(Watching.Patience));

        next = watching.Pull();
        watching.Clock.Advance(TimeSpan.FromSeconds(44.999));
        Assert.False(next.IsCompleted);
        watching.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("nothing was heard for 45 s", Assert.IsType<ConnectionLost>(await next.WaitAsync(Watching.Patience)).Reason);
    }

    [Fact]
    public async Task AServerThatDoesNotAnswerIsGivenUpToo()
    {
        await using var watching = new Watching();
        watching.Server.Hang();
        var next = watching.Pull();

        watching.Clock.Advance(TimeSpan.FromSeconds(45));

        Assert.IsType<ConnectionLost>(await next.WaitAsync(Watching.Patience));
    }

    [Fact]
    public async Task TimeThatTheReaderTakesIsNotSilence()
    {
        await using var watching = new Watching();
        var stream = watching.Server.Stream();
        stream.Write(Golden.Wire(Batch));
        await watching.NextAsync<ConnectionOpened>();
        await watching.NextAsync<BatchUpdate>();

        watching.Clock.Advance(TimeSpan.FromMinutes(10));
        stream.Write(Golden.Wire("a change"));

        await watching.NextAsync<StatusUpdate>();
    }
}
