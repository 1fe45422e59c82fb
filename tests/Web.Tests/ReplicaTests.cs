using System.Net;

namespace PipelineAspire.Web.Tests;

public sealed class ReplicaTests
{
    [Fact]
    public async Task StreamsSpreadOverTheReplicas()
    {
        await using var first = await FakeStatusService.Start();
        await using var second = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOfReplicas(first.Url, second.Url);
        var readers = new List<EventStreamReader>();

        for (var count = 0; count < 6; count++) readers.Add(await EventStreamReader.Open(web.Address));

        Assert.Equal((3, 3), (first.Streams.Count, second.Streams.Count));
        foreach (var reader in readers) await reader.DisposeAsync();
    }

    [Fact]
    public async Task WhenAReplicaIsGoneTheOthersServeEveryRequest()
    {
        await using var alive = await FakeStatusService.Start();
        alive.Pipelines["orders"] = ("Orders", "active");
        await using var web = WebUnderTest.InFrontOfReplicas(Bounds.DeadAddress(), alive.Url, Bounds.DeadAddress());
        using var browser = web.Browser();

        for (var count = 0; count < 10; count++)
        {
            using var response = await browser.GetAsync("/ui-api/pipeline/status?pipelineIds=orders");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains("data-pipeline-id=\"orders\"", await browser.GetStringAsync("/"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WhenAReplicaDiesUnderAStreamTheNextStreamGoesToAnother()
    {
        var first = await FakeStatusService.Start();
        await using var second = await FakeStatusService.Start();
        await using var web = WebUnderTest.InFrontOfReplicas(first.Url, second.Url);
        await using var one = await EventStreamReader.Open(web.Address);
        await using var two = await EventStreamReader.Open(web.Address);
        Assert.Equal((1, 1), (first.Streams.Count, second.Streams.Count));

        await first.DisposeAsync();
        await using var three = await EventStreamReader.Open(web.Address);

        Assert.Equal(HttpStatusCode.OK, three.Response.StatusCode);
        Assert.Equal(2, second.Streams.Count);
    }

    [Fact]
    public async Task AReplicaThatIsFullPassesAStreamOnToOneThatIsNot()
    {
        await using var full = await FakeStatusService.Start();
        await using var free = await FakeStatusService.Start();
        full.FullForSeconds = 7;
        await using var web = WebUnderTest.InFrontOfReplicas(full.Url, free.Url);

        for (var count = 0; count < 4; count++)
        {
            await using var reader = await EventStreamReader.Open(web.Address);
            Assert.Equal(HttpStatusCode.OK, reader.Response.StatusCode);
            (await free.NextStream()).Say("event: heartbeat\ndata: {}\n\n");
            Assert.Equal("event: heartbeat\ndata: {}\n\n", await reader.Next());
        }
    }

    [Fact]
    public async Task WhenAllReplicasAreFullTheirAnswerIsPassedOn()
    {
        await using var first = await FakeStatusService.Start();
        await using var second = await FakeStatusService.Start();
        (first.FullForSeconds, second.FullForSeconds) = (7, 7);
        await using var web = WebUnderTest.InFrontOfReplicas(first.Url, second.Url);

        await using var reader = await EventStreamReader.Open(web.Address);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, reader.Response.StatusCode);
        Assert.Equal(7, reader.Response.Headers.RetryAfter?.Delta?.TotalSeconds);
        Assert.Contains("This replica is full.", await reader.Next(), StringComparison.Ordinal);
        Assert.Equal((1, 1), (first.Refusals, second.Refusals));
    }

    [Fact]
    public async Task WhenNoReplicaIsThereTheAnswerIs503WithRetryAfter()
    {
        await using var web = WebUnderTest.InFrontOfReplicas(Bounds.DeadAddress(), Bounds.DeadAddress());

        await using var reader = await EventStreamReader.Open(web.Address);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, reader.Response.StatusCode);
        Assert.NotNull(reader.Response.Headers.RetryAfter);
    }
}
