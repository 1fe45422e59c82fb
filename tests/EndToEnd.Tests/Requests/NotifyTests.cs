using System.Net;
using System.Text;
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
        using var body = new StringContent("""{"pipelineIds":["calling"]}""", Encoding.UTF8, "application/json");
        using var response = await _system.Http.PostAsync(new Uri("ui-api/pipeline/notify", UriKind.Relative), body);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var told = await client.Recording.FirstAsync(told => told.Tells("calling", "failed"));
        Assert.InRange(TimeProvider.System.GetElapsedTime(changedAt, told.ArrivedAt), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Oracle.AssertConsistent(client.Recording);
    }
}
