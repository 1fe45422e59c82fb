namespace PipelineAspire.StatusStream.Client.Tests;

/// <summary>What the server says, as the caller gets it: against the golden wire examples.</summary>
public sealed class EventTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1764000000000);

    [Fact]
    public async Task EveryGoldenExampleIsTold()
    {
        await using var watching = new Watching();
        var stream = watching.Server.Stream();
        stream.Write(Golden.Preamble);
        foreach (var name in Golden.Names) stream.Write(Golden.Wire(name));

        await watching.NextAsync<ConnectionOpened>();
        var batch = await watching.NextAsync<BatchUpdate>();
        Assert.Equal([new PipelineUpdate("orders", "active"), new PipelineUpdate("billing.v2", "failed")], batch.Updates);
        Assert.EndsWith("Updates = [orders is active, billing.v2 is failed] }", batch.ToString(), StringComparison.Ordinal);
        Assert.Equal(Start, batch.Timestamp);
        Assert.Empty((await watching.NextAsync<BatchUpdate>()).Updates);
        Assert.Equal(new StatusUpdate(Start.AddMilliseconds(123), "orders", "paused", "active"), await watching.NextAsync<StatusUpdate>());
        Assert.Equal(new StatusUpdate(Start.AddMilliseconds(456), "invoices-eu", "starting", null), await watching.NextAsync<StatusUpdate>());
        Assert.Equal(new Heartbeat(Start.AddSeconds(30)), await watching.NextAsync<Heartbeat>());
        Assert.Equal(
            new StreamError(Start.AddSeconds(1), StreamError.PipelineNotFound, "The backend has no pipeline 'oders'.", "oders"),
            await watching.NextAsync<StreamError>());
        const string TooMany = "Pipeline 'one-more' is not watched: as many are as may be (StatusStream:MaxWatchedPipelines).";
        Assert.Equal(
            new StreamError(Start.AddMilliseconds(1500), StreamError.TooManyPipelines, TooMany, "one-more"), await watching.NextAsync<StreamError>());
        Assert.Equal(
            new StreamError(Start.AddSeconds(2), StreamError.BackendUnavailable, "The status of pipeline 'orders' could not be read.", "orders"),
            await watching.NextAsync<StreamError>());
        Assert.Equal(
            new StreamError(Start.AddMilliseconds(2500), StreamError.PollingStalled, "Statuses cannot be confirmed at the moment.", null),
            await watching.NextAsync<StreamError>());
        Assert.Equal(
            new StreamError(Start.AddSeconds(3), StreamError.ServerDraining, "This replica is shutting down; reconnect.", null),
            await watching.NextAsync<StreamError>());
    }

    [Fact]
    public async Task AnErrorOfAnyEventNameIsAnErrorAndAnUnknownTypeIsPassedOver()
    {
        await using var watching = new Watching();
        var stream = watching.Server.Stream();
        stream.Write("event: news\ndata: {\"type\":\"news\",\"timestamp\":1}\n\n");
        stream.Write(Golden.Wire("no such pipeline").Replace("event: error", "event: status_error", StringComparison.Ordinal));

        await watching.NextAsync<ConnectionOpened>();

        Assert.Equal(StreamError.PipelineNotFound, (await watching.NextAsync<StreamError>()).Code);
    }

    [Theory]
    [InlineData("data: hello")]
    [InlineData("data: [1]")]
    [InlineData("data: {\"timestamp\":\"now\"}")]
    [InlineData("data: {\"type\":\"news\",\"status\":5,\"updates\":{}}")]
    public async Task WhatIsOfNoKnownTypeIsPassedOverWhateverItLooksLike(string data)
    {
        await using var watching = new Watching();
        var stream = watching.Server.Stream();
        stream.Write($"event: news\n{data}\n\n");
        stream.Write(Golden.Wire("a change"));

        await watching.NextAsync<ConnectionOpened>();

        await watching.NextAsync<StatusUpdate>();
    }

    [Theory]
    [InlineData("{\"type\":\"batch_update\",\"timestamp\":1,\"updates\":[null]}")]
    [InlineData("{\"type\":\"batch_update\",\"timestamp\":1,\"updates\":[{}]}")]
    [InlineData("{\"updates\":")]
    public async Task ABatchThatMakesNoSenseIsALossAndNoException(string data)
    {
        await using var watching = new Watching();
        watching.Server.Stream().Write($"event: batch_update\ndata: {data}\n\n");

        await watching.NextAsync<ConnectionOpened>();

        Assert.StartsWith("an event could not be read", (await watching.NextAsync<ConnectionLost>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStalledServerIsSaidSoOnTheSameConnectionUntilTheNextBatch()
    {
        await using var watching = new Watching();
        var stream = watching.Server.Stream();
        stream.Write(Golden.Wire("a change"));
        stream.Write(Golden.Wire("statuses that nobody can vouch for"));
        stream.Write(Golden.Wire("a heartbeat"));
        stream.Write(Golden.Wire("a batch of all subscribed pipelines"));

        await watching.NextAsync<ConnectionOpened>();
        await watching.NextAsync<StatusUpdate>();
        var stalled = await watching.NextAsync<StreamError>();
        await watching.NextAsync<Heartbeat>();
        await watching.NextAsync<BatchUpdate>();

        Assert.Equal((StreamError.PollingStalled, null), (stalled.Code, stalled.PipelineId));
        Assert.Single(watching.Server.Requests);
    }

    [Fact]
    public async Task AStallDoesNotChangeWhereTheNextConnectionResumes()
    {
        await using var watching = new Watching();
        var stream = watching.Server.Stream();
        stream.Write(Golden.Wire("a change"));
        stream.Write(Golden.Wire("statuses that nobody can vouch for"));
        stream.End();
        watching.Server.Stream();

        await watching.NextAsync<ConnectionOpened>();
        await watching.NextAsync<StatusUpdate>();
        await watching.NextAsync<StreamError>();
        var lost = await watching.NextAsync<ConnectionLost>();
        await watching.AfterDelayAsync<ConnectionOpened>(lost.RetryIn);

        Assert.Equal("7f3a9c0d12e4b85f-41", watching.Server.Requests[^1].Headers.GetValues("Last-Event-ID").Single());
    }

    [Theory]
    [InlineData("""{"type":"error","timestamp":1,"message":"m","code":"maintenance_tonight"}""")]
    [InlineData("""{"type":"error","timestamp":1,"code":"maintenance_tonight","pipelineId":null,"until":[1]}""")]
    public async Task ACodeOfANewerServerAboutNoPipelineIsToldAndTheConnectionGoesOn(string data)
    {
        await using var watching = new Watching();
        var stream = watching.Server.Stream();
        stream.Write($"event: error\ndata: {data}\n\n");
        stream.Write(Golden.Wire("a change"));

        await watching.NextAsync<ConnectionOpened>();
        var error = await watching.NextAsync<StreamError>();
        await watching.NextAsync<StatusUpdate>();

        Assert.Equal(("maintenance_tonight", null), (error.Code, error.PipelineId));
    }

    [Theory]
    [InlineData("data: nonsense\n\n")]
    [InlineData("data: {\"type\":\"status_update\",\"timestamp\":1}\n\n")]
    [InlineData("data: {\"type\":\"heartbeat\",\"timestamp\":9223372036854775807}\n\n")]
    public async Task WhatCannotBeReadCountsAsALostConnection(string frame)
    {
        await using var watching = new Watching();
        watching.Server.Stream().Write(frame);

        await watching.NextAsync<ConnectionOpened>();

        Assert.Contains("could not be read", (await watching.NextAsync<ConnectionLost>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheRequestNamesThePipelinesAndAsksForAStream()
    {
        await using var watching = new Watching(pipelineIds: ["orders", "billing.v2"]);
        watching.Server.Stream();

        await watching.NextAsync<ConnectionOpened>();

        var request = Assert.Single(watching.Server.Requests);
        Assert.Equal("http://status.test/ui-api/pipeline/status/stream?pipelineIds=orders,billing.v2", request.RequestUri!.AbsoluteUri);
        Assert.Equal("text/event-stream", request.Headers.Accept.ToString());
        Assert.False(request.Headers.Contains("Last-Event-ID"));
    }
}
