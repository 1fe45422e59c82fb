using System.Net;
using System.Net.Http.Headers;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Control;

/// <summary>Nobody finds an open <c>/control</c> but in Development.</summary>
public class ControlAccessTests
{
    [Fact]
    public async Task OutsideDevelopmentControlWithoutAKeyIsClosed()
    {
        await using var api = await RunningApi.StartAsync(("environment", "Staging"), ("Control:Enabled", "true"));

        foreach (var key in new[] { null, "guess" })
        {
            Assert.Equal(HttpStatusCode.NotFound, await SendAsync(api, HttpMethod.Get, "/control/state", key));
            Assert.Equal(HttpStatusCode.NotFound, await SendAsync(api, HttpMethod.Post, "/control/crash", key)); // this process
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    public async Task AKeyThatNoHeaderCanCarryStopsTheStart(string key)
    {
        var stopped = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningApi.StartAsync(("Control:Enabled", "true"), ("Control:Key", key)));

        Assert.Contains("Control:Key", stopped.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task WithAKeyOnlyThoseWhoKnowItSeeOrBreakAnything(string environment)
    {
        await using var api = await RunningApi.StartAsync(("environment", environment), ("Control:Enabled", "true"), ("Control:Key", "key-1"));

        foreach (var key in new[] { null, "guess" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(api, HttpMethod.Get, "/control/state", key));
            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(api, HttpMethod.Post, "/control/crash", key)); // this process
        }

        Assert.Equal(HttpStatusCode.OK, await SendAsync(api, HttpMethod.Get, "/control/state", "key-1"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(api, HttpMethod.Post, "/control/streams/cut", "key-1"));
    }

    [Fact]
    public async Task AKeyAloneOpensNothing()
    {
        await using var api = await RunningApi.StartAsync(("environment", "Development"), ("Control:Key", "key-1"));

        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(api, HttpMethod.Get, "/control/state", "key-1"));
    }

    private static async Task<HttpStatusCode> SendAsync(RunningApi api, HttpMethod method, string path, string? key)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await api.Http.SendAsync(request).Soon();
        return answer.StatusCode;
    }
}
