using System.Net;
using PipelineAspire.FakePipelineBackend.Tests.Hosting;

namespace PipelineAspire.FakePipelineBackend.Tests.Control;

/// <summary>All that can be broken here is a fake: <c>/control</c> is open where it is enabled, unless it has a key.</summary>
public class ControlAccessTests
{
    [Fact]
    public async Task OutsideDevelopmentItIsOpenWhereItIsEnabled()
    {
        await using var backend = await RunningBackend.StartAsync(TimeProvider.System, ("environment", "Production"));

        using var told = await backend.SendAsync(HttpMethod.Get, "/control/stats");

        Assert.Equal(HttpStatusCode.OK, told.StatusCode);
    }

    [Fact]
    public async Task AKeyThatNoHeaderCanCarryStopsTheStart()
    {
        var stopped = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RunningBackend.StartAsync(TimeProvider.System, ("Control:Key", "two words")));

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
