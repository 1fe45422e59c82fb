using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PipelineAspire.StatusStream.Backplane;
using PipelineAspire.StatusStream.Polling;
using PipelineAspire.StatusStream.Tests.Hosting;

namespace PipelineAspire.StatusStream.Tests.Control;

public class ControlTests
{
    [Fact]
    public async Task TheStateSaysWhatTheReplicaDoes()
    {
        await using var api = await StartAsync(("StatusStream:InstanceName", "one"));
        await Patience.UntilAsync(() => api.App.Services.GetService(typeof(PollingState)) is PollingState { IsPolling: true }, "the poll loop");
        var before = await StateAsync(api);
        Assert.Equal("one", before.GetProperty("instance").GetString());
        Assert.True(before.GetProperty("polling").GetBoolean());
        Assert.Equal(50, before.GetProperty("intervalMs").GetInt64());
        Assert.Equal("alone", before.GetProperty("sharing").GetString());
        Assert.Equal(0, before.GetProperty("reads").GetInt64());
        Assert.Equal(0, before.GetProperty("streams").GetInt32());

        using var client = await api.StreamAsync("a", "b");
        await client.UntilAsync("batch a=active b=active");
        api.Backend.Says("a", "Paused");
        var told = await client.UntilAsync("a active->paused");
        var after = await StateAsync(api);

        Assert.Equal(1, after.GetProperty("streams").GetInt32());
        Assert.Equal(2, after.GetProperty("pipelines").GetInt32());
        Assert.InRange(after.GetProperty("reads").GetInt64(), 3, api.Backend.TotalReads + 2); // a read begins before it arrives
        Assert.Equal(told.Id, $"{after.GetProperty("epoch").GetString()}-{after.GetProperty("sequence").GetInt64()}");
        Assert.True(after.GetProperty("uptimeMs").GetInt64() > before.GetProperty("uptimeMs").GetInt64());
    }

    [Fact]
    public async Task ThePaceSaysWhatTheBackendPaysAndWhoRests()
    {
        await using var api = await StartAsync(("StatusStream:StableInterval", "00:00:00.400"));
        using var client = await api.StreamAsync("a", "b");
        await client.UntilAsync("batch a=active b=active");
        await Patience.UntilAsync(async () => Pace(await StateAsync(api)) is { } known && known.GetProperty("slowest").GetArrayLength() == 2
            && known.GetProperty("slow").GetInt32() == 2, "both of them to rest");
        var pace = Pace(await StateAsync(api))!.Value;

        Assert.Equal(2, pace.GetProperty("pipelines").GetInt32());
        Assert.Equal(0, pace.GetProperty("absent").GetInt32());
        Assert.Equal(0, pace.GetProperty("failing").GetInt32());
        Assert.Equal(40, pace.GetProperty("plainRequestsPerSecond").GetDouble(), 3);
        Assert.InRange(pace.GetProperty("requestsPerSecond").GetDouble(), 4.9, 20.1); // from all of 400 ms to twice the interval
        Assert.Equal(1, pace.GetProperty("stretch").GetDouble());
        Assert.False(pace.GetProperty("isBackendDown").GetBoolean());
        Assert.InRange(pace.GetProperty("reads").GetInt64(), 20, api.Backend.TotalReads + 2);
        Assert.Equal(pace.GetProperty("reads").GetInt64(), pace.GetProperty("requests").GetInt64()); // without batches
        Assert.Equal(["a", "b"], pace.GetProperty("slowest").EnumerateArray().Select(slow => slow.GetProperty("pipelineId").GetString()).Order());
        Assert.All(pace.GetProperty("slowest").EnumerateArray(), slow => Assert.InRange(slow.GetProperty("intervalMs").GetInt64(), 100, 400));

        api.Backend.Says("a", "Paused");
        await client.UntilAsync("a active->paused");
        await Patience.UntilAsync(
            async () => Pace(await StateAsync(api)) is { } known && known.GetProperty("slow").GetInt32() == 1, "the one that changed to be roused");
    }

    [Fact]
    public async Task AReplicaThatDoesNotPollHasNoPace()
    {
        await using var api = await RunningApi.StartAsync(
            services => services.Replace(ServiceDescriptor.Singleton<IPollLease>(new LeaseOfAnother())), ("environment", "Development"), ("Control:Enabled", "true"));

        Assert.Equal(JsonValueKind.Null, (await StateAsync(api)).GetProperty("pace").ValueKind);
    }

    [Fact]
    public async Task CutStreamsAreCutAndNewOnesAreTaken()
    {
        await using var api = await StartAsync();
        using var first = await api.StreamAsync("a");
        using var second = await api.StreamAsync("b");
        await first.NextAsync();
        await second.NextAsync();

        using var cut = await PostAsync(api, "/control/streams/cut");
        Assert.Equal(2, (await cut.JsonAsync()).GetProperty("streams").GetInt32());
        await Assert.ThrowsAnyAsync<IOException>(() => DrainAsync(first));
        await Assert.ThrowsAnyAsync<IOException>(() => DrainAsync(second));

        using var third = await api.StreamAsync("a");
        Assert.Equal("batch a=active", await third.NextTextAsync());
    }

    [Fact]
    public async Task HungStreamsStayOpenAndLoseNothing()
    {
        await using var api = await StartAsync(("StatusStream:HeartbeatInterval", "00:00:00.100"));
        using var client = await api.StreamAsync("a");
        await client.UntilAsync("heartbeat");

        using var hang = await PostAsync(api, "/control/streams/hang?seconds=1");
        var started = TimeProvider.System.GetTimestamp();
        Assert.Equal(1, (await hang.JsonAsync()).GetProperty("streams").GetInt32());
        api.Backend.Says("a", "Paused");
        using var newcomer = await api.StreamAsync("a"); // its headers come, which is what open means

        Assert.StartsWith("batch a=", await newcomer.NextTextAsync(), StringComparison.Ordinal);
        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(0.9));
        await client.UntilAsync("a active->paused");
    }

    [Theory]
    [InlineData("streams/hang", "0")]
    [InlineData("streams/hang", "121")]
    [InlineData("streams/hang", "-1")]
    [InlineData("streams/hang", "ten")]
    [InlineData("streams/hang", "1.5")]
    [InlineData("polling/hang", "0")]
    [InlineData("polling/hang", "121")]
    [InlineData("polling/hang", "long")]
    [InlineData("pause", "0")]
    [InlineData("pause", "121")]
    [InlineData("pause", "-1")]
    [InlineData("pause", "x")]
    [InlineData("pause", "1; exit")]
    public async Task AFailureOfNoSensibleLengthIsRefused(string failure, string seconds)
    {
        await using var api = await StartAsync();
        using var response = await PostAsync(api, $"/control/{failure}?seconds={Uri.EscapeDataString(seconds)}");

        Assert.Contains("from 1 to 120", await response.ProblemAsync(HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "http://elsewhere.example")]
    [InlineData("Origin", "null")]
    public async Task PagesOfOtherSitesControlNothing(string header, string value)
    {
        await using var api = await StartAsync();
        foreach (var path in new[] { "/control/crash", "/control/pause", "/control/polling/hang", "/control/streams/cut", "/control/streams/hang" })
        {
            using var response = await PostAsync(api, path, (header, value));
            await response.ProblemAsync(HttpStatusCode.Forbidden);
        }

        await StateAsync(api); // it lives
    }

    [Fact]
    public async Task APageOfItsOwnMayControlIt()
    {
        await using var api = await StartAsync();
        using var response = await PostAsync(
            api, "/control/streams/cut", ("Sec-Fetch-Site", "same-origin"), ("Origin", api.Url.GetLeftPart(UriPartial.Authority)));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("/control/state", "GET")]
    [InlineData("/control/pause", "POST")]
    [InlineData("/control/polling/hang", "POST")]
    [InlineData("/control/streams/cut", "POST")]
    [InlineData("/control/streams/hang", "POST")]
    public async Task NothingOfItIsThereUnlessItIsEnabled(string path, string method)
    {
        await using var api = await RunningApi.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        using var response = await api.Http.SendAsync(request).Soon();

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static Task<RunningApi> StartAsync(params (string Name, string Value)[] settings) =>
        RunningApi.StartAsync([("environment", "Development"), ("Control:Enabled", "true"), .. settings]);

    private static async Task<JsonElement> StateAsync(RunningApi api)
    {
        using var response = await api.GetAsync("/control/state");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }

    private static JsonElement? Pace(JsonElement state) => state.GetProperty("pace") is { ValueKind: JsonValueKind.Object } pace ? pace : null;

    private static async Task<HttpResponseMessage> PostAsync(RunningApi api, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await api.Http.SendAsync(request).Soon();
    }

    /// <summary>Reads until the connection breaks.</summary>
    private static async Task DrainAsync(SseClient client)
    {
        while (true) await client.NextAsync();
    }

    private sealed class LeaseOfAnother : IPollLease
    {
        public async ValueTask<LeaseTerm> AcquireAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("Never.");
        }

        public ValueTask ReleaseAsync(LeaseTerm term, bool stepsAside = false) => ValueTask.CompletedTask;
    }
}
