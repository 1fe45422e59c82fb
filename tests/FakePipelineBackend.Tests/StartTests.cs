using System.Net;
using Microsoft.Extensions.Options;
using PipelineAspire.FakePipelineBackend.Tests.Hosting;

namespace PipelineAspire.FakePipelineBackend.Tests;

public class StartTests
{
    [Fact]
    public async Task ByDefaultTheDemoRunsAndThereIsNoControl()
    {
        await using var backend = await RunningBackend.StartAsync(TimeProvider.System, ("FakeBackend:Demo", "true"), ("Control:Enabled", "false"));

        using var list = await backend.Http.GetAsync("/pipeline");
        Assert.Equal(12, (await list.JsonAsync()).GetArrayLength());
        foreach (var (method, path) in new[] { ("GET", "stats"), ("PUT", "pipelines/a"), ("POST", "script"), ("DELETE", "faults") })
        {
            using var response = await backend.SendAsync(new HttpMethod(method), $"/control/{path}", """{"overall_status":"Running"}""");
            await response.ProblemAsync(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task WithoutTheDemoThereIsNoPipeline()
    {
        await using var backend = await RunningBackend.StartAsync(TimeProvider.System);

        Assert.Equal("[]", await backend.Http.GetStringAsync("/pipeline"));
    }

    [Theory]
    [InlineData("FakeBackend:TransitionDuration", "-00:00:01")]
    [InlineData("FakeBackend:TransitionDuration", "02:00:00")]
    [InlineData("FakeBackend:Pipelines:0", "no good")]
    public async Task ASettingThatMakesNoSenseStopsTheStartAndIsNamed(string name, string value)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningBackend.StartAsync(TimeProvider.System, (name, value)));

        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FakeBackend:TransitionDuration", "soon")]
    [InlineData("FakeBackend:Demo", "perhaps")]
    [InlineData("Control:Enabled", "perhaps")]
    public async Task ASettingOfTheWrongTypeStopsTheStartAndIsNamed(string name, string value)
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningBackend.StartAsync(TimeProvider.System, (name, value)));

        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }
}
