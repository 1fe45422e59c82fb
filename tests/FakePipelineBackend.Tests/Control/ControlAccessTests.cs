using System.Net;
using PipelineAspire.FakePipelineBackend.Tests.Hosting;

namespace PipelineAspire.FakePipelineBackend.Tests.Control;

/// <summary>Outside Development <c>/control</c> needs a key, as in a hub.</summary>
public class ControlAccessTests
{
    [Fact]
    public async Task OutsideDevelopmentControlWithoutAKeyStopsTheStart()
    {
        var stopped = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RunningBackend.StartAsync(TimeProvider.System, ("environment", "Production")));

        Assert.Contains("Control:Key", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithAKeyOnlyThoseWhoKnowItMayControl()
    {
        await using var backend = await RunningBackend.StartAsync(TimeProvider.System, ("environment", "Production"), ("Control:Key", "key-1"));

        using var refused = await backend.SendAsync(HttpMethod.Get, "/control/stats");
        backend.Http.DefaultRequestHeaders.Authorization = new("Bearer", "key-1");
        using var told = await backend.SendAsync(HttpMethod.Get, "/control/stats");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (refused.StatusCode, told.StatusCode));
    }
}
