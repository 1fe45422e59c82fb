using System.Net;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Requests;

/// <summary>One pipeline that hangs or fails holds up no poll for others: CONTRACT section 3.</summary>
public class OneHarmsManyTests
{
    private static readonly TimeSpan WellBeforeATimeout = TimeSpan.FromSeconds(4);

    [Theory]
    [InlineData("00:00:00.050")]
    [InlineData("00:00:20")]
    public async Task WhenOneOfThreeHangsTheOthersAreAnsweredAtOnce(string interval)
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:PollInterval", interval), ("StatusStream:RequestTimeout", "00:00:15"));
        api.Backend.Answers("hangs", api.Backend.HangAsync);
        for (var i = 0; i < 3; i++) await AssertOthersAsync(api, "hangs");
    }

    [Fact]
    public async Task WhenOneOfThreeAnswersWithAnErrorAndIsReadSeldomTheOthersAreAnsweredAtOnce()
    {
        await using var api = await RunningApi.StartAsync(("StatusStream:PollInterval", "00:00:20"), ("StatusStream:RequestTimeout", "00:00:15"));
        api.Backend.Answers("fails", KestrelBackend.Code(503));
        for (var i = 0; i < 3; i++) await AssertOthersAsync(api, "fails");

        using var alone = await api.GetAsync("/ui-api/pipeline/fails/health");
        Assert.Equal(HttpStatusCode.BadGateway, alone.StatusCode);
        Assert.Equal(1, api.Backend.ReadsOf("fails"));
    }

    private static async Task AssertOthersAsync(RunningApi api, string ill)
    {
        var asked = TimeProvider.System.GetTimestamp();
        using var response = await api.GetAsync($"/ui-api/pipeline/status?pipelineIds=a,{ill},b");

        Assert.Equal(
            """[{"pipelineId":"a","status":"active"},{"pipelineId":"b","status":"active"}]""",
            (await response.JsonAsync()).GetProperty("updates").GetRawText());
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked), TimeSpan.Zero, WellBeforeATimeout);
    }
}
