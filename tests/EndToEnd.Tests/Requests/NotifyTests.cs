using System.Net;
using PipelineAspire.EndToEnd.Tests.Running;
using PipelineAspire.EndToEnd.Tests.Streams;

namespace PipelineAspire.EndToEnd.Tests.Requests;

[Collection(CalmCollection.Name)]
public sealed class NotifyTests(CalmSystem calm)
{
    private readonly RunningSystem _system = calm.System;

    [Fact]
    public async Task ABackendThatCallsOutMakesAChangeVisibleLongBeforeTheInterval()
    {
        await _system.Backend.SetAsync("calling", "Running");
        await using var client = await StreamClient.OpenWithStatusesAsync(_system.Http, "calling");

        await _system.Backend.SetAsync("calling", "Failed");
        var changedAt = Bounded.Now;
        using var response = await calm.NotifyAsync("""{"pipelineIds":["calling"]}""");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var told = await client.Recording.FirstAsync(told => told.Tells("calling", "failed"));
        Assert.InRange(TimeProvider.System.GetElapsedTime(changedAt, told.ArrivedAt), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Oracle.AssertConsistent(client.Recording);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("guess")]
    public async Task NobodyElseNotifiesThroughWeb(string? key)
    {
        using var response = await calm.NotifyAsync("""{"pipelineIds":["calling"]}""", key);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }
}
