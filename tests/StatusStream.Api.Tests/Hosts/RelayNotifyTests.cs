using System.Net;
using System.Net.Http.Headers;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Hosts;

/// <summary>A relay stands where anybody comes by, so its notify is for those who know its key: CONTRACT section 3.</summary>
public class RelayNotifyTests
{
    private const string Notify = "/ui-api/pipeline/notify";

    [Fact]
    public async Task WithoutAKeyARelayHasNoNotify()
    {
        await using var hub = await KestrelBackend.StartAsync();
        await using var relay = await RunningApi.StartAsync(("StatusStream:Upstream", hub.Url));

        using var answer = await NotifyAsync(relay, "whatever");

        await answer.ProblemAsync(HttpStatusCode.NotFound);
        Assert.Equal(0, hub.ReadsAt(Notify));
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized, 0)]
    [InlineData("guess", HttpStatusCode.Unauthorized, 0)]
    [InlineData("key-1", HttpStatusCode.OK, 1)]
    public async Task WithAKeyItAsksForItAndPassesItOn(string? key, HttpStatusCode expected, int passedOn)
    {
        await using var hub = await KestrelBackend.StartAsync();
        string? seen = null;
        hub.AnswersAt(Notify, context =>
        {
            seen = context.Request.Headers.Authorization;
            return Task.CompletedTask;
        });
        await using var relay = await RunningApi.StartAsync(("StatusStream:Upstream", hub.Url), ("StatusStream:NotifyKey", "key-1"));

        using var answer = await NotifyAsync(relay, key);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(passedOn, hub.ReadsAt(Notify));
        Assert.Equal(passedOn == 0 ? null : "Bearer key-1", seen);
    }

    private static async Task<HttpResponseMessage> NotifyAsync(RunningApi relay, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Notify) { Content = new StringContent("""{"pipelineIds":["a"]}""") };
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await relay.Http.SendAsync(request).Soon();
    }
}
