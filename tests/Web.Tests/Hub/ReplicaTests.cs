namespace PipelineAspire.Web.Tests.Hub;

/// <summary>Replicas that are gone or silent cost whoever looks at a page nothing but a moment.</summary>
public sealed class ReplicaTests
{
    // Half a second of patience, half a second for its health, and a busy machine.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task WhenReplicasAreGoneTheOthersServeEveryPage()
    {
        await using var alive = await FakeStatusService.Start();
        alive.Pipelines["orders"] = ("Orders", "active");
        await using var web = WebUnderTest.InFrontOfReplicas(Bounds.DeadAddress(), alive.Url, Bounds.DeadAddress());
        using var browser = web.Browser();

        for (var count = 0; count < 10; count++)
            Assert.Contains("data-pipeline-id=\"orders\"", await browser.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/pipelines/orders")]
    public async Task EveryPageFindsAReplicaThatAnswers(string path)
    {
        await using var frozen = await FakeStatusService.Start();
        await using var alive = await FakeStatusService.Start();
        alive.Pipelines["orders"] = ("Orders", "active");
        frozen.IsFrozen = true;
        await using var web = WebUnderTest.InFrontOfReplicas(frozen.Url, alive.Url);
        using var browser = web.Browser();

        var pages = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => browser.GetStringAsync(path))).WaitAsync(Soon);

        Assert.All(pages, page => Assert.Contains("data-pipeline-id=\"orders\"", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhenItsReplicaDiesTheStreamGoesOnAtAnotherAndNoBrowserNoticesAnything()
    {
        var first = await FakeStatusService.Start();
        await using var second = await FakeStatusService.Start();
        first.Pipelines["orders"] = second.Pipelines["orders"] = ("Orders", "active");
        await using var web = WebUnderTest.InFrontOfReplicas(first.Url, second.Url);
        await using var reader = await EventStreamReader.Open(web.Address);
        await reader.Until("\"status\":\"active\"");
        var (dying, staying) = first.Streams.IsEmpty ? (second, first) : (first, second);

        await dying.DisposeAsync();

        (await staying.NextStream()).Update(2, "orders", "paused");
        Assert.DoesNotContain("polling_stalled", await reader.Until("\"status\":\"paused\""), StringComparison.Ordinal);
        await first.DisposeAsync();
    }
}
